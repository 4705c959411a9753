type Fields = Record<string, unknown>;

/** By which field Kubernetes merges a list of objects; lists that are not here are replaced as a whole. */
const MERGE_KEYS: Readonly<Record<string, string>> = {
  containers: "name",
  initContainers: "name",
  ephemeralContainers: "name",
  volumes: "name",
  env: "name",
  imagePullSecrets: "name",
  volumeMounts: "mountPath",
  volumeDevices: "devicePath",
  hostAliases: "ip",
  conditions: "type",
  ownerReferences: "uid",
  addresses: "type",
  taints: "key",
  podIPs: "ip",
};

/** Container ports merge by `containerPort`, Service ports by `port`. */
function mergeKeyOf(field: string, items: readonly unknown[]): string | undefined {
  if (field !== "ports") return MERGE_KEYS[field];
  return items.some((item) => isFields(item) && "containerPort" in item) ? "containerPort" : "port";
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function mergeList(field: string, current: readonly unknown[], patch: readonly unknown[]): unknown[] {
  const replaceAll = patch.some((item) => isFields(item) && item.$patch === "replace");
  if (replaceAll) return patch.filter((item) => !(isFields(item) && item.$patch === "replace"));
  if (field === "finalizers") return [...new Set([...current, ...patch])];
  const key = mergeKeyOf(field, [...current, ...patch]);
  if (key === undefined) return [...patch];
  const merged = [...current];
  for (const item of patch) {
    if (!isFields(item)) continue;
    const at = merged.findIndex((one) => isFields(one) && one[key] === item[key]);
    if (item.$patch === "delete") {
      if (at >= 0) merged.splice(at, 1);
    } else if (at >= 0) {
      merged[at] = strategicMerge(merged[at], item);
    } else {
      merged.push(strategicMerge({}, item));
    }
  }
  return merged;
}

function mergeFields(current: Fields, patch: Fields): Fields {
  const merged: Fields = { ...current };
  const retained = patch.$retainKeys;
  if (Array.isArray(retained)) {
    for (const key of Object.keys(merged)) if (!retained.includes(key)) delete merged[key];
  }
  for (const [key, value] of Object.entries(patch)) {
    const primitives = /^\$deleteFromPrimitiveList\/(.+)$/.exec(key)?.[1];
    if (primitives !== undefined) {
      const gone = Array.isArray(value) ? value : [];
      merged[primitives] = ((merged[primitives] as unknown[] | undefined) ?? []).filter((one) => !gone.includes(one));
    } else if (key.startsWith("$")) {
      // $patch and $retainKeys are handled above, $setElementOrder only sorts
    } else if (value === null) {
      delete merged[key];
    } else if (Array.isArray(value)) {
      const before = merged[key];
      merged[key] = mergeList(key, Array.isArray(before) ? before : [], value);
    } else {
      merged[key] = strategicMerge(merged[key], value);
    }
  }
  return merged;
}

/** `application/strategic-merge-patch+json`: like a merge patch, but lists of containers, volumes, env and so on merge by key. */
export function strategicMerge(current: unknown, patch: unknown): unknown {
  if (!isFields(patch)) return patch;
  if (patch.$patch === "replace") {
    const { $patch: _directive, ...rest } = patch;
    return rest;
  }
  if (patch.$patch === "delete") return {};
  return mergeFields(isFields(current) ? current : {}, patch);
}
