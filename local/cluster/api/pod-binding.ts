import { type Pod, timestamp } from "../objects.ts";
import { RESOURCE_TYPES } from "./resource-types.ts";
import { badRequest, invalid, preconditionFailed, required } from "./status-error.ts";
import type { WriteContext } from "./write-operations.ts";

interface Binding {
  metadata?: { name?: string };
  target?: { kind?: string; name?: string };
}

/** `POST pods/{name}/binding`: puts a pod on a node, once. */
export function bindPod(
  context: WriteContext,
  namespace: string,
  name: string,
  binding: Binding,
  { dryRun }: { readonly dryRun?: boolean } = {},
): void {
  const { now, store } = context;
  if (binding.metadata?.name !== name) throw badRequest("name in URL does not match name in Binding object");
  const nodeName = binding.target?.name;
  if (!nodeName) throw invalid({ group: "", plural: "bindings", kind: "Binding" }, name, [required("target.name")]);
  const pod = store.get<Pod>(RESOURCE_TYPES.pods, namespace, name);
  if (pod.spec.nodeName) {
    const text = `pod ${name} is already assigned to node "${pod.spec.nodeName}"`;
    throw preconditionFailed({ group: "", plural: "pods", kind: "pods/binding" }, name, text);
  }
  if (dryRun) return;
  const before = structuredClone(pod);
  before.spec.nodeName = nodeName;
  const scheduled = { type: "PodScheduled", status: "True", lastProbeTime: null, lastTransitionTime: timestamp(now()) };
  const others = (before.status.conditions ?? []).filter((condition) => condition.type !== "PodScheduled");
  before.status.conditions = [...others, scheduled];
  store.replace(RESOURCE_TYPES.pods, before);
}
