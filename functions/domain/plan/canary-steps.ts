import type { PlanStep } from "../rollback-document.ts";
import { inWords, secondsBetween } from "../time.ts";
import { describeShares } from "../traffic.ts";
import { actionStep } from "./chain.ts";
import { LABELS } from "./labels.ts";
import { changesPods, noPrelude, type Prelude } from "./protect-steps.ts";
import { allTo, readArms } from "./route-facts.ts";
import type { StrategyFacts } from "./strategy-facts.ts";
import { analyseStep } from "./watch-steps.ts";
import { weightsStep } from "./weights-step.ts";

/** Who can stop the canary that is in progress. */
type Stopper = "rollout" | "router" | "flagger";

/** Why no canary can be stopped here; null when one is in progress. */
export function whyNoCanary(facts: StrategyFacts): string | null {
  return stopperOf(facts) === null ? "no canary is in progress" : null;
}

/** An Argo Rollout mid-way, a route whose new version gets some of the traffic, or Flagger progressing. */
function stopperOf(facts: StrategyFacts): Stopper | null {
  const { workload } = facts.assessment;
  if (workload === null || !changesPods(facts)) return null;
  const { argo, templateHash, flagger } = workload;
  if (argo !== undefined) return !argo.aborted && argo.stableHash !== null && argo.stableHash !== templateHash ? "rollout" : null;
  const arms = readArms(facts);
  if (arms === null || arms.canaryShare === 0) return null;
  if (flagger !== undefined || arms.route.router === "flagger") return "flagger";
  return arms.capabilities.weights === "continuous" ? "router" : null;
}

/**
 * `canary`: it is stopped, all traffic is on the stable version, the judge compares with the time before; then the canary is undone, whatever he says. Each
 * has its clock, and one that is missed leads on.
 */
export function canarySteps(facts: StrategyFacts): Prelude {
  const stopper = stopperOf(facts);
  const nothing = { ...noPrelude(facts), notes: learnings(facts) };
  if (stopper === null || stopper === "flagger") return nothing;
  const arms = readArms(facts);
  const { canaryStopSeconds, canaryRouteSeconds, canaryAnalyseSeconds } = facts.blueprint.policy.clocks;
  const shift = arms === null ? null : { from: arms.shares, to: allTo(arms.stable, arms.shares) };
  const route: PlanStep[] =
    arms === null || shift === null || arms.capabilities.weights === "none"
      ? []
      : [
          weightsStep("traffic-to-stable", arms, shift, {
            onPass: "analyse-before",
            // a canary that still gets traffic is not analysed: it is undone
            onFail: LABELS.restore,
            deadlineSeconds: canaryRouteSeconds,
          }),
        ];
  const next = { onPass: route[0]?.id ?? "analyse-before", onFail: route[0]?.id ?? LABELS.restore, deadlineSeconds: canaryStopSeconds };
  const stop =
    stopper === "rollout" || arms === null || shift === null
      ? actionStep("stop-canary", { kind: "abort-rollout", rollout: facts.blueprint.target.name }, next)
      : weightsStep("stop-canary", arms, shift, next);
  const analyse = analyseStep("analyse-before", "before", canaryAnalyseSeconds, {
    onPass: LABELS.restore,
    onFail: LABELS.restore,
    onWorse: LABELS.restore,
    onInconclusive: LABELS.restore,
  });
  return { ...nothing, steps: [stop, ...route, analyse], left: shift?.to ?? nothing.left };
}

/** Where the canary's workload has no earlier release: nothing of it is left running. The stable version is judged before. */
export function scaleAwaySteps(facts: StrategyFacts, clocks: Pick<PlanStep, "bakeSeconds" | "deadlineSeconds">): readonly PlanStep[] {
  const { workload } = facts.assessment;
  if (workload?.kind !== "Deployment" || stopperOf(facts) !== "router") return [];
  const action = { kind: "scale-arm", deployment: facts.blueprint.target.name, replicas: 0, prior: workload.replicas } as const;
  return [
    actionStep(
      "verify-stable",
      { kind: "watch", seconds: facts.blueprint.verification.stabilizationSeconds },
      { ...clocks, judged: true, phase: "health", onPass: "scale-away", onFail: "scale-away" },
    ),
    actionStep("scale-away", action, { deadlineSeconds: 120, onPass: LABELS.ends, onFail: LABELS.ends }),
  ];
}

/** Seed 003 wants a stopped canary to teach something: what it was, how far it had come and for how long. What the judge says is part of the timeline. */
function learnings(facts: StrategyFacts): string[] {
  const { assessment } = facts;
  const arms = readArms(facts);
  const { change, workload } = assessment;
  const since = change === null ? "" : `, ${inWords(secondsBetween(change.startedAt, assessment.assessedAt))} after it began`;
  const what = workload?.argo !== undefined ? `Rollout at ${workload.argo.phase ?? "no phase"}` : (workload?.image ?? "the new version");
  const shares = arms === null ? "" : `, traffic ${describeShares(arms.shares)}`;
  const red = assessment.alarms.filter(({ state }) => state === "ALARM").map(({ alarmName }) => alarmName);
  const alarms = red.length === 0 ? "" : `, in ALARM: ${red.join(", ")}`;
  return [`learnt from the canary: ${what} is stopped${since}${shares}${alarms}`];
}
