import type { Deployment, KubernetesObject, ReplicaSet } from "../objects.ts";
import type { ResourceType } from "./resource-types.ts";
import { selectorText } from "./selectors.ts";
import { badRequest, invalid, invalidValue, staleVersion } from "./status-error.ts";
import { updateObject, type WriteContext, type WriteOptions } from "./write-operations.ts";

interface Scale extends KubernetesObject {
  spec: { replicas?: number };
  status: { replicas: number; selector: string };
}

type Scalable = Deployment | ReplicaSet;

/** The `/scale` view of a workload. */
export function scaleOf(object: Scalable): Scale {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  return {
    kind: "Scale",
    apiVersion: "autoscaling/v1",
    metadata: { name, ...(namespace ? { namespace } : {}), uid, resourceVersion, creationTimestamp },
    spec: object.spec.replicas === 0 ? {} : { replicas: object.spec.replicas },
    status: { replicas: object.status.replicas ?? 0, selector: selectorText(object.spec.selector) },
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
  const before = context.store.get<Scalable>(type, namespace, name);
  const scale = mutate(structuredClone(scaleOf(before)));
  if (scale.metadata?.name !== name)
    throw badRequest(`the name of the object (${scale.metadata?.name}) does not match the name on the URL (${name})`);
  if (scale.metadata.resourceVersion && scale.metadata.resourceVersion !== before.metadata.resourceVersion) throw staleVersion(type, name);
  const replicas = scale.spec?.replicas ?? 0;
  const scaleName = { group: "autoscaling", plural: "scales", kind: "Scale" };
  if (!Number.isInteger(replicas) || replicas < 0) {
    throw invalid(scaleName, name, [invalidValue("spec.replicas", replicas, "must be greater than or equal to 0")]);
  }
  const after = updateObject<Scalable>(
    context,
    type,
    namespace,
    name,
    (object) => {
      object.spec.replicas = replicas;
      return object;
    },
    options,
  );
  return scaleOf(after);
}
