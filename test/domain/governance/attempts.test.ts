import { describe, expect, it } from "vitest";
import type { PastRollback } from "../../../functions/domain/governance.ts";
import type { StrategyFacts } from "../../../functions/domain/plan/strategy-facts.ts";
import {
  aChange,
  anAssessment,
  aPastRollback,
  aWorkloadState,
  BAD_HASH,
  GOOD_HASH,
  governanceFacts,
  secondsAfter,
} from "../../support/builders/index.ts";
import { byHand, checkOf, NOW, verdict, withRollback } from "./support.ts";

const hoursAgo = (hours: number, overrides: Partial<PastRollback> = {}) =>
  aPastRollback({ incidentId: `inc-${hours}`, at: secondsAfter(NOW, -hours * 3600), ...overrides });
const after = (rollbacks: readonly PastRollback[], overrides: Partial<StrategyFacts> = {}) =>
  verdict({ governance: governanceFacts({ rollbacks }), ...overrides });
const live = `template ${BAD_HASH}`;

describe("the attempts", () => {
  it("are spent when the last three rollbacks of the service failed", () => {
    const rollbacks = [2, 3, 4].map((hours) => hoursAgo(hours, { outcome: "failed" }));

    expect(checkOf(after(rollbacks), "attempts")).toMatchObject({
      outcome: "fail",
      observed: "the last 3 rollbacks of the service failed",
      until: secondsAfter(NOW, 20 * 3600),
    });
  });

  it.each([
    ["one of them recovered", [2, 3, 4].map((hours) => hoursAgo(hours, { outcome: hours === 3 ? "recovered" : "failed" }))],
    ["one of them is out of the window", [2, 3, 25].map((hours) => hoursAgo(hours, { outcome: "failed" }))],
    ["there were only two", [2, 3].map((hours) => hoursAgo(hours, { outcome: "failed" }))],
  ])("are not spent when %s", (_name, rollbacks) => {
    expect(checkOf(after(rollbacks), "attempts").outcome).toBe("pass");
  });

  it("count a run that died as failed: nobody knows of a recovery", () => {
    expect(after([2, 3, 4].map((hours) => hoursAgo(hours, { outcome: "open" })))).toMatchObject({ verdict: "denied", rule: "attempts" });
  });

  it("are spent when the same release was taken back so often and is live again", () => {
    const rollbacks = [2, 3, 4].map((hours) => hoursAgo(hours, { from: live }));

    expect(checkOf(after(rollbacks), "attempts")).toMatchObject({
      outcome: "fail",
      observed: `${live} was taken back 3 times and is live again`,
    });
    expect(checkOf(after(rollbacks.slice(1)), "attempts").outcome).toBe("pass");
  });

  it("are spent when the plan leads to what an earlier rollback led away from", () => {
    const check = checkOf(after([hoursAgo(2, { from: `template ${GOOD_HASH}`, to: live })]), "attempts");

    expect(check).toMatchObject({ outcome: "fail", observed: `template ${GOOD_HASH} is what inc-2 led away from` });
  });

  it("are spent for replicas too: up and down again is no way forward", () => {
    const change = aChange({ kind: "scale", fromHash: GOOD_HASH, toHash: GOOD_HASH, fromReplicas: 3, toReplicas: 2 });
    const assessment = anAssessment({ change, workload: aWorkloadState({ templateHash: GOOD_HASH, replicas: 2 }) });
    const earlier = hoursAgo(2, { from: `template ${GOOD_HASH} at 3 replicas` });

    expect(checkOf(after([earlier], { assessment }), "attempts").outcome).toBe("fail");
    expect(checkOf(after([hoursAgo(2, { from: `template ${GOOD_HASH} at 5 replicas` })], { assessment }), "attempts").outcome).toBe("pass");
  });

  it("never keep a person away, unless the blueprint allows none", () => {
    const rollbacks = [2, 3, 4].map((hours) => hoursAgo(hours, { outcome: "failed" }));

    expect(after(rollbacks, { trigger: byHand() }).verdict).toBe("allowed");
    expect(after([], { trigger: byHand(), blueprint: withRollback({ maxAttempts: 0 }) })).toMatchObject({
      verdict: "denied",
      rule: "attempts",
    });
  });

  it("do not count what Rollguard itself left behind", () => {
    const assessment = anAssessment({ change: aChange({ kind: "leftover" }) });

    expect(
      checkOf(
        after(
          [2, 3, 4].map((hours) => hoursAgo(hours, { outcome: "failed" })),
          { assessment },
        ),
        "attempts",
      ).outcome,
    ).toBe("pass");
  });
});
