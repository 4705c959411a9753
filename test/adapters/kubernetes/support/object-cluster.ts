import { applyPatch, type Operation } from "rfc6902";
import type { JsonPatchOperation, PatchAnswer } from "../../../../functions/adapters/kubernetes/kubernetes-client.ts";
import { PermissionError, TransientUpstreamError } from "../../../../functions/domain/errors.ts";
import { UnplayedKubernetesClient } from "./unplayed-kubernetes-client.ts";

interface AnyObject {
  metadata?: { name?: string; labels?: Record<string, string>; resourceVersion?: string; uid?: string };
}

export interface WriteSeen {
  readonly path: string;
  readonly query: string;
  readonly body: unknown;
}

/**
 * Any objects by their path, with real JSON Patch and merge patch and a resourceVersion for each. It has no types, defaults or controllers: what a
 * server adds is played by `admit`.
 */
export class ObjectCluster extends UnplayedKubernetesClient {
  readonly objects = new Map<string, AnyObject>();
  readonly writes: WriteSeen[] = [];
  /** API groups and their versions. */
  groups: Readonly<Record<string, readonly string[]>> = {};
  /** What the server makes of an object before it stores it. */
  admit: (object: AnyObject, path: string) => AnyObject = (object) => object;
  /** What somebody else does right before a write arrives. */
  meanwhile: ((cluster: ObjectCluster) => void) | null = null;
  /** Requests whose path contains one of these are forbidden. */
  forbidden: readonly string[] = [];
  /** One entry per write to come. */
  readonly fates: ("stored" | "lost-before" | "lost-after")[] = [];
  private version = 100;

  put(path: string, object: object): this {
    const stored = structuredClone(object) as AnyObject;
    const name = path.split("/").at(-1) ?? "";
    this.objects.set(path, {
      ...stored,
      metadata: { name, uid: `uid-${name}`, ...stored.metadata, resourceVersion: String(++this.version) },
    });
    return this;
  }

  /** The stored object, to look at. */
  at<T>(path: string): T {
    const found = this.objects.get(path);
    if (found === undefined) throw new Error(`nothing lies at ${path}`);
    return structuredClone(found) as T;
  }

  /** Somebody else's write. */
  change(path: string, edit: (object: never) => void): void {
    const object = this.at<AnyObject>(path);
    edit(object as never);
    this.put(path, object);
  }

  override async served(group: string): Promise<readonly string[]> {
    return this.groups[group] ?? [];
  }

  override async get<T>(path: string): Promise<T | null> {
    this.refuse(path);
    return structuredClone((this.objects.get(path) ?? null) as T | null);
  }

  override async list<T>(path: string, selectors?: unknown): Promise<readonly T[] | null> {
    this.refuse(path);
    const wanted = typeof selectors === "string" && selectors !== "" ? selectors.split(",").map((pair) => pair.split("=")) : [];
    const all = [...this.objects].filter(([at]) => at.startsWith(`${path}/`) && !at.slice(path.length + 1).includes("/"));
    const matching = all.filter(([, { metadata }]) => wanted.every(([key = "", value]) => metadata?.labels?.[key] === value));
    return structuredClone(matching.map(([, object]) => object)) as T[];
  }

  override async patch<T>(url: string, operations: readonly JsonPatchOperation[]): Promise<PatchAnswer<T>> {
    return this.write(url, operations, (object) => {
      const failed = applyPatch(object, structuredClone(operations) as Operation[]).find((error) => error !== null);
      return failed ? null : object;
    });
  }

  override async merge<T>(url: string, body: unknown): Promise<PatchAnswer<T>> {
    const { uid, resourceVersion } = (body as AnyObject).metadata ?? {};
    return this.write(url, body, (object) => {
      const moved = resourceVersion !== undefined && resourceVersion !== object.metadata?.resourceVersion;
      return moved || (uid !== undefined && uid !== object.metadata?.uid) ? null : (merged(object, body) as AnyObject);
    });
  }

  private async write<T>(url: string, body: unknown, change: (object: AnyObject) => AnyObject | null): Promise<PatchAnswer<T>> {
    const [path = "", query = ""] = url.split("?");
    this.refuse(`write ${path}`);
    this.meanwhile?.(this);
    const fate = this.fates.shift() ?? "stored";
    if (fate === "lost-before") throw new TransientUpstreamError("socket hang up");
    const found = this.objects.get(path);
    if (found === undefined) return { outcome: "absent" };
    const changed = change(structuredClone(found));
    if (changed === null) return { outcome: "conflict", message: "the server rejected our request due to an error in our request" };
    this.writes.push({ path, query, body: structuredClone(body) });
    this.put(path, this.admit(changed, path));
    if (fate === "lost-after") throw new TransientUpstreamError("socket hang up");
    return { outcome: "stored", object: this.at<T>(path) };
  }

  private refuse(request: string): void {
    const hit = this.forbidden.find((part) => request.includes(part));
    if (hit !== undefined) throw new PermissionError(`${hit} is forbidden: add the rule`);
  }
}

/** RFC 7396. */
function merged(target: unknown, patch: unknown): unknown {
  if (typeof patch !== "object" || patch === null || Array.isArray(patch)) return patch;
  const object = typeof target === "object" && target !== null && !Array.isArray(target) ? { ...target } : {};
  const result: Record<string, unknown> = { ...object };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = merged(result[key], value);
  }
  return result;
}
