import { apiGroups, type ResourceType, resourceTypesOf } from "./resource-types.ts";

const VERBS = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

function describe(type: ResourceType): unknown[] {
  const { plural, namespaced, kind, shortNames } = type;
  return [
    { name: plural, singularName: "", namespaced, kind, verbs: VERBS, ...(shortNames ? { shortNames } : {}) },
    ...type.subresources.map((subresource) => ({
      name: `${plural}/${subresource}`,
      singularName: "",
      namespaced,
      kind: subresource === "scale" ? "Scale" : kind,
      verbs: subresource === "binding" ? ["create"] : subresource === "log" ? ["get"] : ["get", "patch", "update"],
      ...(subresource === "scale" ? { group: "autoscaling", version: "v1" } : {}),
    })),
  ];
}

function resourceList(group: string, version: string): unknown {
  const groupVersion = group === "" ? version : `${group}/${version}`;
  const resources = resourceTypesOf(group, version).flatMap(describe);
  return resources.length === 0 ? undefined : { kind: "APIResourceList", apiVersion: "v1", groupVersion, resources };
}

function describeGroup({ group, version }: { group: string; version: string }): unknown {
  const one = { groupVersion: `${group}/${version}`, version };
  return { name: group, versions: [one], preferredVersion: one };
}

/** The version that the simulator claims. */
export const SERVER_VERSION = {
  major: "1",
  minor: "34",
  gitVersion: "v1.34.0-rollguard-simulator",
  gitCommit: "",
  gitTreeState: "clean",
  buildDate: "1970-01-01T00:00:00Z",
  goVersion: "none",
  compiler: "none",
  platform: "simulator",
};

/** Answers the paths that are not resources; undefined when there is no such page. */
export function discoveryPage(path: string): unknown {
  const parts = path.split("/").filter((part) => part !== "");
  if (["readyz", "livez", "healthz"].includes(parts.join("/"))) return "ok";
  if (path === "/version") return SERVER_VERSION;
  if (path === "/api") return { kind: "APIVersions", versions: ["v1"], serverAddressByClientCIDRs: [] };
  if (path === "/apis") return { kind: "APIGroupList", apiVersion: "v1", groups: apiGroups().map(describeGroup) };
  const [root, first = "", second = ""] = parts;
  if (root === "api" && parts.length === 2) return resourceList("", first);
  if (root === "apis" && parts.length === 3) return resourceList(first, second);
  const group = apiGroups().find((one) => one.group === first);
  if (root === "apis" && parts.length === 2 && group) return { kind: "APIGroup", apiVersion: "v1", ...(describeGroup(group) as object) };
  return undefined;
}
