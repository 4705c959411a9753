import type { Target } from "../../domain/blueprint.ts";
import { describeShares, type Shares } from "../../domain/traffic.ts";
import { FIELD_MANAGER } from "../../domain/workload.ts";
import { type LiveObject, laterFence, result } from "../kubernetes/object-write.ts";
import type { Router } from "./router.ts";

/** `Rollout`, as far as its traffic goes. */
export interface RolloutTraffic extends LiveObject {
  readonly spec?: { readonly strategy?: { readonly canary?: { readonly stableService?: string; readonly canaryService?: string } } };
  readonly status?: {
    readonly abort?: boolean;
    readonly promoteFull?: boolean;
    readonly stableRS?: string;
    readonly currentPodHash?: string;
    readonly canary?: { readonly weights?: { readonly canary?: { readonly weight?: number } } };
  };
}

const NO_MAINTENANCE = "Argo Rollouts sets the routes of its Rollout: a maintenance backend would be written back";

/**
 * The controller owns the weights: it can be asked to abort (all to stable) or to promote (all to the new version), by status fields. Sent to the main
 * resource they are dropped without a word; where the definition has no status subresource (404 there), the main one is right.
 */
export const argoRollouts: Router = {
  async read(kubernetes, target, { name }) {
    const rollout = await kubernetes.get<RolloutTraffic>(pathOf(target, name));
    if (rollout === null) return { problem: `Rollout ${target.namespace}/${name} does not exist` };
    const shares = sharesOfRollout(rollout);
    if (shares === null) return { problem: `Rollout ${target.namespace}/${name} does not say its weights` };
    return { arms: shares, token: rollout.metadata?.resourceVersion ?? "", owner: "Argo Rollouts", prior: "null" };
  },

  async shift(kubernetes, target, { name }, { to, stamp }) {
    const fenced = await laterFence(kubernetes, target, stamp);
    if (fenced !== null) return result("superseded", fenced);
    const path = pathOf(target, name);
    const rollout = await kubernetes.get<RolloutTraffic>(path);
    if (rollout === null) return result("refused", `Rollout ${target.namespace}/${name} does not exist`);
    const { stable } = armsOf(rollout);
    const ask = to[stable] === 100 ? ("abort" as const) : ("promoteFull" as const);
    if (isDone(rollout, ask)) return result("already-applied", `${describeShares(to)}: asked for already`);
    const body = { status: { [ask]: true } };
    const answer = await kubernetes.merge<RolloutTraffic>(`${path}/status?fieldManager=${FIELD_MANAGER}`, body);
    const last =
      answer.outcome === "absent" ? await kubernetes.merge<RolloutTraffic>(`${path}?fieldManager=${FIELD_MANAGER}`, body) : answer;
    if (last.outcome !== "stored") return result("refused", `Rollout ${name}: ${"message" in last ? last.message : last.outcome}`);
    if (!isDone(last.object, ask)) return result("refused", `Rollout ${name}: the API server did not keep status.${ask}`);
    return result("applied", `${describeShares(to)}: asked its controller (status.${ask})`);
  },

  async confirm(kubernetes, target, { name }, to) {
    const rollout = await kubernetes.get<RolloutTraffic>(pathOf(target, name));
    if (rollout === null) return { verdict: "inconclusive", reason: `Rollout ${target.namespace}/${name} does not exist` };
    const { stable } = armsOf(rollout);
    const shares = sharesOfRollout(rollout);
    const ask = to[stable] === 100 ? ("abort" as const) : ("promoteFull" as const);
    if (!isDone(rollout, ask)) return { verdict: "lost", reason: `status.${ask} is gone: somebody has retried the Rollout` };
    if (shares === null) return { verdict: "not-yet", reason: "the controller does not say its weights" };
    const there = Object.keys(to).every((arm) => (shares[arm] ?? 0) === to[arm]);
    return { verdict: there ? "proven" : "not-yet", reason: `the controller says ${describeShares(shares)}` };
  },

  maintain: async () => result("refused", NO_MAINTENANCE),
};

function pathOf({ namespace }: Target, name: string): string {
  return `/apis/argoproj.io/v1alpha1/namespaces/${encodeURIComponent(namespace)}/rollouts/${encodeURIComponent(name)}`;
}

/** Promoted is what has become stable; the controller takes its own `promoteFull` away when that is so. */
function isDone({ status }: RolloutTraffic, ask: "abort" | "promoteFull"): boolean {
  const promoted = status?.currentPodHash !== undefined && status.currentPodHash === status.stableRS;
  return ask === "abort" ? status?.abort === true : status?.promoteFull === true || promoted;
}

function armsOf({ spec }: RolloutTraffic): { readonly stable: string; readonly canary: string } {
  const { stableService = "stable", canaryService = "canary" } = spec?.strategy?.canary ?? {};
  return { stable: stableService, canary: canaryService };
}

function sharesOfRollout(rollout: RolloutTraffic): Shares | null {
  const { stable, canary } = armsOf(rollout);
  const { stableRS, currentPodHash, canary: said } = rollout.status ?? {};
  const weight = stableRS !== undefined && stableRS === currentPodHash ? 0 : said?.weights?.canary?.weight;
  return weight === undefined ? null : { [stable]: 100 - weight, [canary]: weight };
}
