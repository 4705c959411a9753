import type { ClusterActions } from "../../../functions/ports/cluster-actions.ts";
import type { aScene } from "./scene.ts";

/** The fake remembers actions; the one that ends a shared rollout also changes which template is live. */
export function sharing({ actions, workload }: ReturnType<typeof aScene>): ClusterActions {
  return {
    confirm: (target, action, stamp) => actions.confirm(target, action, stamp),
    apply: async (target, action, stamp) => {
      if (action.kind === "resume" && action.to === "restored" && workload.state !== null) {
        const { uid, generation } = workload.state;
        const { templateHash, replicaSet } = action;
        await workload.apply(target, { kind: "restore-template", templateHash, replicaSet, expect: { uid, generation }, stamp });
      }
      return actions.apply(target, action, stamp);
    },
  };
}
