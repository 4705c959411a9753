import type { ObjectStore } from "./object-store.ts";
import type { ResourceType } from "./resource-types.ts";
import { servedTypes, versionsOf } from "./served-types.ts";

const VERBS = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

function describe(type: ResourceType): unknown[] {
  const { plural, namespaced, kind, shortNames, custom } = type;
  return [
    { name: plural, singularName: custom?.singular ?? "", namespaced, kind, verbs: VERBS, ...(shortNames ? { shortNames } : {}) },
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

function resourceList(types: readonly ResourceType[], group: string, version: string): unknown {
  const groupVersion = group === "" ? version : `${group}/${version}`;
  const resources = types.filter((type) => type.group === group && versionsOf(type).includes(version)).flatMap(describe);
  return resources.length === 0 ? undefined : { kind: "APIResourceList", apiVersion: "v1", groupVersion, resources };
}

function describeGroup(types: readonly ResourceType[], group: string): Record<string, unknown> {
  const names = [...new Set(types.filter((type) => type.group === group).flatMap(versionsOf))];
  const versions = names.map((version) => ({ groupVersion: `${group}/${version}`, version }));
  return { name: group, versions, preferredVersion: versions[0] };
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
export function discoveryPage(store: ObjectStore, path: string): unknown {
  const parts = path.split("/").filter((part) => part !== "");
  if (["readyz", "livez", "healthz"].includes(parts.join("/"))) return "ok";
  if (path === "/version") return SERVER_VERSION;
  if (path === "/api") return { kind: "APIVersions", versions: ["v1"], serverAddressByClientCIDRs: [] };
  const types = servedTypes(store);
  const groups = [...new Set(types.map(({ group }) => group).filter((group) => group !== ""))];
  if (path === "/apis") return { kind: "APIGroupList", apiVersion: "v1", groups: groups.map((group) => describeGroup(types, group)) };
  const [root, first = "", second = ""] = parts;
  if (root === "api" && parts.length === 2) return resourceList(types, "", first);
  if (root === "apis" && parts.length === 3) return resourceList(types, first, second);
  if (root === "apis" && parts.length === 2 && groups.includes(first)) {
    return { kind: "APIGroup", apiVersion: "v1", ...describeGroup(types, first) };
  }
  return undefined;
}
