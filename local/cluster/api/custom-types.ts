import { type KubernetesObject, timestamp } from "../objects.ts";
import type { CustomDefinition, ResourceType } from "./resource-types.ts";
import type { Schema } from "./structural-schema.ts";

interface DefinedVersion {
  name: string;
  served: boolean;
  storage: boolean;
  subresources?: { status?: object; scale?: NonNullable<CustomDefinition["scale"]> };
  schema?: { openAPIV3Schema?: Schema };
}

interface Definition extends KubernetesObject {
  spec: {
    group: string;
    scope: string;
    names: { plural: string; kind: string; singular?: string; listKind?: string; shortNames?: string[] };
    versions: DefinedVersion[];
    conversion?: { strategy: string };
  };
}

const known = new WeakMap<KubernetesObject, ResourceType>();

/** The resource that a CustomResourceDefinition defines; the same object for the same stored definition. */
export function customType(object: KubernetesObject): ResourceType {
  const found = known.get(object) ?? typeOf(object as Definition);
  known.set(object, found);
  return found;
}

function typeOf({ spec }: Definition): ResourceType {
  const { group, names, scope, versions } = spec;
  const stored = versions.find(({ storage }) => storage) ?? versions[0];
  const { status, scale } = stored?.subresources ?? {};
  return {
    group,
    version: stored?.name ?? "v1",
    served: versions
      .filter(({ served }) => served)
      .map(({ name }) => name)
      .sort(byPriority),
    plural: names.plural,
    kind: names.kind,
    namespaced: scope === "Namespaced",
    subresources: [...(status ? ["status"] : []), ...(scale ? ["scale"] : [])],
    counted: true,
    ...(names.shortNames ? { shortNames: names.shortNames } : {}),
    custom: {
      singular: names.singular ?? names.kind.toLowerCase(),
      schema: stored?.schema?.openAPIV3Schema ?? {},
      hasStatusSubresource: status !== undefined,
      ...(scale ? { scale } : {}),
    },
  };
}

/** v2 before v1 before v1beta1 before v1alpha1, as discovery orders versions. */
function byPriority(a: string, b: string): number {
  const rank = (version: string): [number, number, number] => {
    const [, major = "0", stage, minor = "0"] = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version) ?? [];
    return [stage === undefined ? 2 : stage === "beta" ? 1 : 0, Number(major), Number(minor)];
  };
  const [left, right] = [rank(a), rank(b)];
  return right[0] - left[0] || right[1] - left[1] || right[2] - left[2];
}

/** Completes a new definition and declares it served, which a real server does a moment later. */
export function establish(object: KubernetesObject, now: Date): void {
  const { spec } = object as Definition;
  if (!spec?.names || !Array.isArray(spec.versions)) return;
  spec.names.singular ??= spec.names.kind.toLowerCase();
  spec.names.listKind ??= `${spec.names.kind}List`;
  spec.conversion ??= { strategy: "None" };
  const at = { lastTransitionTime: timestamp(now) };
  object.status = {
    conditions: [
      { ...at, type: "NamesAccepted", status: "True", reason: "NoConflicts", message: "no conflicts found" },
      {
        ...at,
        type: "Established",
        status: "True",
        reason: "InitialNamesAccepted",
        message: "the initial names have been accepted",
      },
    ],
    acceptedNames: spec.names,
    storedVersions: spec.versions.filter(({ storage }) => storage).map(({ name }) => name),
  };
}
