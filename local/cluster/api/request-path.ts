/** What a request is about, read off its method and path as Kubernetes does. */
export interface RequestTarget {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly subresource?: string;
}

const NAMESPACE_SUBRESOURCES = ["status", "finalize"];

/** undefined: not a path of a resource (`/version`, `/readyz`, discovery). */
export function parseResourcePath(path: string): RequestTarget | undefined {
  const parts = path
    .split("/")
    .filter((part) => part !== "")
    .map(decodeURIComponent);
  const [root, ...rest] = parts;
  const head = root === "api" ? ["", ...rest.splice(0, 1)] : root === "apis" ? rest.splice(0, 2) : undefined;
  const [group, version] = head ?? [];
  if (group === undefined || version === undefined || rest.length === 0) return undefined;
  const [first, second, third] = rest;
  const isInNamespace = first === "namespaces" && third !== undefined && !(rest.length === 3 && NAMESPACE_SUBRESOURCES.includes(third));
  const [plural = "", name, subresource] = isInNamespace ? rest.slice(2) : rest;
  return {
    group,
    version,
    plural,
    ...(isInNamespace && second ? { namespace: second } : {}),
    ...(name ? { name } : {}),
    ...(subresource ? { subresource } : {}),
  };
}

const VERBS: Readonly<Record<string, string>> = { POST: "create", PUT: "update", PATCH: "patch" };

/** The verb that RBAC rules name. */
export function verbOf(method: string, target: RequestTarget, query: URLSearchParams): string {
  if (method === "GET" || method === "HEAD") {
    if (isWatch(query) && !target.name) return "watch";
    return target.name ? "get" : "list";
  }
  if (method === "DELETE") return target.name ? "delete" : "deletecollection";
  return VERBS[method] ?? method.toLowerCase();
}

export function isWatch(query: URLSearchParams): boolean {
  const value = query.get("watch");
  return value !== null && value !== "0" && value !== "false";
}
