import type { Deployment, KubernetesObject } from "../objects.ts";
import type { ResourceType } from "./resource-types.ts";
import { selectorText } from "./selectors.ts";
import { badRequest, invalid, invalidValue, staleVersion } from "./status-error.ts";
import { updateObject, type WriteContext, type WriteOptions } from "./write-operations.ts";

interface Scale extends KubernetesObject {
  spec: { replicas?: number };
  status: { replicas: number; selector?: string };
}

type Fields = Record<string, unknown>;

function valueAt(object: Fields, path: string): unknown {
  return path
    .split(".")
    .slice(1)
    .reduce<unknown>((at, key) => (at as Fields | undefined)?.[key], object);
}

function putAt(object: Fields, path: string, value: unknown): void {
  const keys = path.split(".").slice(1);
  const last = keys.pop() ?? "";
  const parent = keys.reduce<Fields>((at, key) => {
    at[key] ??= {};
    return at[key] as Fields;
  }, object);
  parent[last] = value;
}

const BUILT_IN_PATHS = { specReplicasPath: ".spec.replicas", statusReplicasPath: ".status.replicas" };

/** The `/scale` view of a workload; custom resources say in their definition where the numbers are. */
export function scaleOf(type: ResourceType, object: KubernetesObject): Scale {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const paths = type.custom?.scale ?? BUILT_IN_PATHS;
  const replicas = (valueAt(object, paths.specReplicasPath) as number | undefined) ?? 0;
  const selectorPath = type.custom?.scale?.labelSelectorPath;
  const selector = type.custom
    ? selectorPath && (valueAt(object, selectorPath) as string | undefined)
    : selectorText((object as Deployment).spec.selector);
  return {
    kind: "Scale",
    apiVersion: "autoscaling/v1",
    metadata: { name, ...(namespace ? { namespace } : {}), uid, resourceVersion, creationTimestamp },
    spec: replicas === 0 ? {} : { replicas },
    status: { replicas: (valueAt(object, paths.statusReplicasPath) as number | undefined) ?? 0, ...(selector ? { selector } : {}) },
  };
}

/** Writes the replicas of a changed Scale; annotations in it are dropped, a stale resourceVersion is 409. */
export function updateScale(
  context: WriteContext,
  type: ResourceType,
  namespace: string | undefined,
  name: string,
  mutate: (scale: Scale) => Scale,
  options: WriteOptions & { readonly verb: "PUT" | "PATCH" },
): Scale {
  const before = context.store.get(type, namespace, name);
  const scale = mutate(structuredClone(scaleOf(type, before)));
  if (scale.metadata?.name !== name)
    throw badRequest(`the name of the object (${scale.metadata?.name}) does not match the name on the URL (${name})`);
  if (scale.metadata.resourceVersion && scale.metadata.resourceVersion !== before.metadata.resourceVersion) throw staleVersion(type, name);
  const replicas = scale.spec?.replicas ?? 0;
  const scaleName = { group: "autoscaling", plural: "scales", kind: "Scale" };
  if (!Number.isInteger(replicas) || replicas < 0) {
    throw invalid(scaleName, name, [invalidValue("spec.replicas", replicas, "must be greater than or equal to 0")]);
  }
  const path = (type.custom?.scale ?? BUILT_IN_PATHS).specReplicasPath;
  const after = updateObject(
    context,
    type,
    namespace,
    name,
    (object) => {
      putAt(object, path, replicas);
      return object;
    },
    options,
  );
  return scaleOf(type, after);
}
