import type { ClusterAction } from "../../domain/cluster-action.ts";
import type { ActionModule } from "../kubernetes/action-module.ts";
import { result } from "../kubernetes/object-write.ts";

/** A watch and an analysis touch nothing: VerifyStep looks, and what it sees is the verdict. */
export const onlyLooks: ActionModule<Extract<ClusterAction, { kind: "watch" | "analyse" }>> = {
  async apply(_kubernetes, _target, { kind, seconds }) {
    return result("already-applied", `${kind} for ${seconds} s: nothing is written`);
  },
  async confirm(_kubernetes, _target, { kind, seconds }) {
    return { verdict: "proven", reason: `${kind} for ${seconds} s` };
  },
};
