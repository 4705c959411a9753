import type { Target } from "../../domain/blueprint.ts";
import type { Confirmation } from "../../domain/cluster-action.ts";
import { RESTART_ANNOTATIONS } from "../../domain/release-content.ts";
import type { WriteResult, WriteStamp } from "../../domain/workload.ts";
import type { KubernetesClient } from "../kubernetes/kubernetes-client.ts";
import { pointerSegment, stampOperations, workloadPath, writeObject } from "../kubernetes/object-write.ts";
import type { WorkloadObject } from "../kubernetes/snapshot-parts.ts";

/** It names the execution, so that the same run restarts once. `kubectl rollout restart` has a key of its own, which stays as it is. */
const RESTARTED_BY = RESTART_ANNOTATIONS[1];
const ANNOTATIONS_PATH = "/spec/template/metadata/annotations";

/** New pods with the same template, by an annotation on it: running pods would keep the environment they were started with. */
export async function restartPods(kubernetes: KubernetesClient, target: Target, stamp: WriteStamp): Promise<WriteResult> {
  const what = `${target.kind} ${target.namespace}/${target.name}`;
  let generation = 0;
  const written = await writeObject<WorkloadObject>(kubernetes, target, stamp, {
    path: workloadPath(target),
    what,
    decide(live) {
      generation = live.metadata?.generation ?? 0;
      const template = live.spec?.template;
      if (template === undefined) return { decision: "refused", reason: `${what} has no template of its own to restart pods by` };
      if (restartedBy(live) === stamp.execution) return { decision: "already-applied", reason: `${what} starts its pods anew` };
      return {
        decision: "write",
        reason: `${what} starts its pods anew`,
        patch: [
          { op: "test", path: "/metadata/uid", value: live.metadata?.uid },
          { op: "test", path: "/metadata/generation", value: live.metadata?.generation },
          ...(template.metadata === undefined ? [{ op: "add", path: "/spec/template/metadata", value: {} } as const] : []),
          ...(template.metadata?.annotations === undefined ? [{ op: "add", path: ANNOTATIONS_PATH, value: {} } as const] : []),
          { op: "add", path: `${ANNOTATIONS_PATH}/${pointerSegment(RESTARTED_BY)}`, value: stamp.execution },
          ...stampOperations(live, stamp),
        ],
      };
    },
  });
  return { ...written, generation };
}

/** Were the pods asked to start anew by this execution? The mark of an earlier run says nothing of what was restored now. Whether they are up is for the checks to say. */
export async function confirmRestart(
  kubernetes: KubernetesClient,
  target: Target,
  { execution }: WriteStamp,
  reason: string,
): Promise<Confirmation> {
  const live = await kubernetes.get<WorkloadObject>(workloadPath(target));
  return live !== null && restartedBy(live) === execution
    ? { verdict: "proven", reason: `${reason}, and the pods start anew` }
    : { verdict: "lost", reason: `${target.kind} ${target.namespace}/${target.name} does not carry our restart any more` };
}

function restartedBy({ spec }: WorkloadObject): string | undefined {
  return spec?.template?.metadata?.annotations?.[RESTARTED_BY];
}
