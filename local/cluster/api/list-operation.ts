import type { KubernetesObject } from "../objects.ts";
import { type ObjectStore, storeKey } from "./object-store.ts";
import { apiVersionOf, type ResourceType } from "./resource-types.ts";
import { type ObjectTest, parseFieldSelector, parseLabelSelector } from "./selectors.ts";
import type { ServedType } from "./served-types.ts";
import { badRequest } from "./status-error.ts";

interface ContinueToken {
  readonly v: "meta.k8s.io/v1";
  readonly rv: number;
  readonly start: string;
}

/** The labels and fields that a list or watch asks for. */
export function parseSelection(type: ResourceType, query: URLSearchParams): ObjectTest {
  const labels = parseLabelSelector(query.get("labelSelector") ?? "");
  const fields = parseFieldSelector(type, query.get("fieldSelector") ?? "");
  return (object) => labels(object.metadata.labels) && fields(object);
}

/** The items of a built-in list carry no kind and version of their own, as a real server leaves them out. */
function asItem(object: KubernetesObject): Record<string, unknown> {
  const { kind: _kind, apiVersion: _apiVersion, ...item } = object;
  return item;
}

/** `GET` of a collection, with selectors and pages; later pages show the cluster as it was at the first. */
export function listObjects(
  store: ObjectStore,
  { type, version, present }: ServedType,
  namespace: string | undefined,
  query: URLSearchParams,
): unknown {
  const selected = parseSelection(type, query);
  const token = parseToken(query.get("continue"));
  const resourceVersion = token?.rv ?? store.resourceVersion;
  const all = token ? store.listAt(type, namespace, resourceVersion) : store.list(type, namespace);
  const rest = all.filter((object) => (token ? storeKey(object) > token.start : true)).filter(selected);
  const limit = Number(query.get("limit") ?? 0);
  const page = limit > 0 ? rest.slice(0, limit) : rest;
  const last = page.at(-1);
  const isPartial = last !== undefined && page.length < rest.length;
  const hasSelector = Boolean(query.get("labelSelector") || query.get("fieldSelector"));
  return {
    kind: `${type.kind}List`,
    apiVersion: apiVersionOf(type, version),
    metadata: {
      resourceVersion: String(resourceVersion),
      ...(isPartial ? { continue: encodeToken({ v: "meta.k8s.io/v1", rv: resourceVersion, start: storeKey(last) }) } : {}),
      ...(isPartial && !hasSelector ? { remainingItemCount: rest.length - page.length } : {}),
    },
    items: page.map((object) => (type.custom ? present(object) : asItem(present(object)))),
  };
}

function encodeToken(token: ContinueToken): string {
  return Buffer.from(JSON.stringify(token)).toString("base64url");
}

function parseToken(text: string | null): ContinueToken | undefined {
  if (!text) return undefined;
  try {
    const token = JSON.parse(Buffer.from(text, "base64url").toString()) as ContinueToken;
    if (token.v === "meta.k8s.io/v1" && Number.isInteger(token.rv) && typeof token.start === "string") return token;
  } catch {
    // answered below
  }
  throw badRequest("invalid continue token: continue key is not valid");
}
