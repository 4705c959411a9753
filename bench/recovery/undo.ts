import type { ReplicaSet } from "../../local/cluster/objects.ts";
import type { Fleet } from "./fleet.ts";

const HASH_LABEL = "pod-template-hash";
const REVISION_MARKS =
  /^(kubectl\.kubernetes\.io\/last-applied-configuration|deployment\.kubernetes\.io\/|deprecated\.deployment\.rollback\.to)/;

/** What `kubectl rollout undo` sends, call for call: GET, GET, LIST, and a PATCH of template and annotations. The strategy stays. */
export async function undo(fleet: Fleet): Promise<void> {
  await fleet.live();
  const live = await fleet.live();
  const sets = await fleet.replicaSets();
  const previous = sets.at(-2);
  if (previous === undefined) throw new Error(`${fleet.namespace} has no earlier release to go back to`);
  const kept = Object.entries(live.metadata.annotations ?? {}).filter(([key]) => REVISION_MARKS.test(key));
  const restored = Object.entries(previous.metadata.annotations ?? {}).filter(([key]) => !REVISION_MARKS.test(key));
  const operations = [
    { op: "replace", path: "/spec/template", value: templateOf(previous) },
    { op: "replace", path: "/metadata/annotations", value: Object.fromEntries([...kept, ...restored]) },
  ];
  await fleet.client.patch(fleet.path, operations, "json");
}

function templateOf({ spec }: ReplicaSet) {
  const { [HASH_LABEL]: _hash, ...labels } = spec.template.metadata?.labels ?? {};
  return { ...spec.template, metadata: { ...spec.template.metadata, labels } };
}
