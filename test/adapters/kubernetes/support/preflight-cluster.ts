import type { CreateAnswer, ListSelectors } from "../../../../functions/adapters/kubernetes/kubernetes-client.ts";
import { PermissionError } from "../../../../functions/domain/errors.ts";
import { UnplayedKubernetesClient } from "./unplayed-kubernetes-client.ts";

/** Objects by path: `get` finds the path itself, `list` everything right below it. What is asked for is written down. */
export class PreflightCluster extends UnplayedKubernetesClient {
  readonly objects: Record<string, object> = {};
  readonly requests: string[] = [];
  /** Paths that nobody may read. */
  forbidden: RegExp = /(?!)/;
  /** Paths that never answer. */
  silent: RegExp = /(?!)/;
  /** What the writing group may not do: `patch deployments`. */
  withheld: readonly string[] = [];
  versions: Readonly<Record<string, readonly string[]>> = { policy: ["v1"] };

  override async get<T>(path: string): Promise<T | null> {
    await this.#meet("get", path);
    return structuredClone(this.objects[path] ?? null) as T | null;
  }

  override async list<T>(path: string, selectors: ListSelectors = {}): Promise<readonly T[]> {
    await this.#meet("list", path);
    const field = typeof selectors === "string" ? "" : (selectors.fieldSelector ?? "");
    const name = /^metadata\.name=(.+)$/.exec(field)?.[1];
    const reason = /^reason=(.+)$/.exec(field)?.[1];
    const below = Object.entries(this.objects).filter(([key]) => key.slice(0, key.lastIndexOf("/")) === path);
    const found = below.filter(
      ([key, object]) =>
        (name === undefined || key.endsWith(`/${name}`)) && (reason === undefined || (object as { reason?: string }).reason === reason),
    );
    const labels = (typeof selectors === "string" ? selectors : "").split(",").filter((pair) => pair !== "");
    const carries = (object: object) => labels.every((pair) => labelsOf(object).includes(pair));
    return structuredClone(found.map(([, object]) => object).filter(carries)) as T[];
  }

  override async create(path: string, body: unknown): Promise<CreateAnswer<never>> {
    await this.#meet("create", path);
    const { spec } = body as { spec: { groups: string[]; resourceAttributes: { verb: string; resource: string } } };
    const { verb, resource } = spec.resourceAttributes;
    const allowed = spec.groups.includes("rollguard:write") && !this.withheld.includes(`${verb} ${resource}`);
    return { outcome: "stored", object: { status: { allowed } } as never };
  }

  override async served(group: string): Promise<readonly string[]> {
    return this.versions[group] ?? [];
  }

  async #meet(verb: string, path: string): Promise<void> {
    this.requests.push(`${verb} ${path}`);
    if (this.silent.test(path)) await new Promise(() => {});
    if (!this.forbidden.test(path)) return;
    const resource = path.split("/").at(verb === "get" ? -2 : -1) ?? "";
    const [, apiGroup = ""] = /^\/apis\/([^/]+)\//.exec(path) ?? [];
    throw new PermissionError("forbidden", { verb, resource, apiGroup, namespace: "demo" });
  }
}

function labelsOf(object: object): readonly string[] {
  const { metadata } = object as { metadata?: { labels?: Record<string, string> } };
  return Object.entries(metadata?.labels ?? {}).map(([key, value]) => `${key}=${value}`);
}
