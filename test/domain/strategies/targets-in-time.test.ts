import { describe, expect, it } from "vitest";
import { longestSeconds } from "../../../functions/domain/plan/plan-length.ts";
import { leastSeconds, RUN_SECONDS } from "../../../functions/domain/plan/step-clocks.ts";
import { isRestoring } from "../../../functions/domain/plan-steps.ts";
import {
  aBlueprint,
  aGoodReplicaSet,
  anAssessment,
  aReleaseObservation,
  aReplicaSet,
  aTrigger,
  aWorkloadState,
} from "../../support/builders/index.ts";
import { planned } from "./support.ts";

const older = ["older", "oldest"];
const workload = aWorkloadState({
  replicaSets: [
    aReplicaSet({ revision: 4 }),
    aGoodReplicaSet({ revision: 3 }),
    ...older.map((templateHash, index) => aGoodReplicaSet({ templateHash, name: `checkout-${templateHash}`, revision: 2 - index })),
  ],
});
/** Three releases to go back to. */
const threeGood = {
  assessment: anAssessment({ workload }),
  observations: [
    aReleaseObservation(),
    ...older.map((templateHash, index) => aReleaseObservation({ templateHash, lastSeenAt: `2026-11-1${9 - index}T03:11:00.000Z` })),
  ],
};
/** An alarm that needs `evaluationPeriods` + 2 periods of 15 minutes to clear. */
const slow = (evaluationPeriods: number) => {
  const { verification } = aBlueprint();
  return aBlueprint({
    triggers: [aTrigger({ class: "business", periodSeconds: 900, evaluationPeriods, datapointsToAlarm: evaluationPeriods })],
    verification: { ...verification, phases: { ...verification.phases, business: { seconds: 900 } } },
  });
};
const judged = (blueprint: ReturnType<typeof aBlueprint>) =>
  planned("fast", { blueprint, ...threeGood }).steps.filter((step) => step.kind === "restore-template" && isRestoring(step));

describe("more good releases", () => {
  it("are all tried where each has the time to be proven", () => {
    expect(judged(aBlueprint()).map(({ id }) => id)).toEqual(["restore-template-1", "restore-template-2", "restore-template-3"]);
  });

  it("are fewer where sharing the run would leave none of them the time that its alarms need to clear", () => {
    const steps = judged(slow(3));

    expect(steps.map(({ id }) => id)).toEqual(["restore-template-1"]);
    for (const { deadlineSeconds } of steps) expect(deadlineSeconds).toBeGreaterThanOrEqual(leastSeconds(slow(3), workload));
  });

  it("leave one at least, and a plan that fits into a run", () => {
    const plan = planned("fast", { blueprint: slow(30), ...threeGood });

    expect(plan.steps.filter(({ kind }) => kind === "restore-template").map(({ id }) => id)).toEqual(["restore-template-1"]);
    expect(longestSeconds(plan.steps)).toBeLessThanOrEqual(RUN_SECONDS);
  });
});
