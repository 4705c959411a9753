import { describe, expect, it } from "vitest";
import { markParts } from "../../../functions/adapters/aws/release-mark.ts";
import { isAcquitted } from "../../../functions/domain/governance/acquitted.ts";
import type { PastRollback } from "../../../functions/domain/governance.ts";
import type { StrategyFacts } from "../../../functions/domain/plan/strategy-facts.ts";
import {
  aChange,
  anAssessment,
  aPastRollback,
  aRelease,
  aReleaseObservation,
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

  describe("are not spent by a rollback that was wrong", () => {
    const wrong = hoursAgo(2, { from: `template ${GOOD_HASH}`, to: "template before" });
    const said = (at: string) => `ada at ${at}: the database was at fault`;
    const marked = (verdictBy: string) => ({ observations: [aReleaseObservation({ verdictBy })] });

    it("and was undone, unless that undo failed or came before", () => {
      const undo = (hours: number, outcome: PastRollback["outcome"]) =>
        hoursAgo(hours, { from: "template before", to: `template ${GOOD_HASH}`, outcome });

      expect(checkOf(after([undo(1, "recovered"), wrong]), "attempts").outcome).toBe("pass");
      expect(checkOf(after([undo(1, "failed"), wrong]), "attempts").outcome).toBe("fail");
      expect(checkOf(after([wrong, undo(3, "recovered")]), "attempts").outcome).toBe("fail");
    });

    it("and whose release a person has called good since; not before, and not the observer", () => {
      const given = (verdictBy: string) => checkOf(after([wrong], marked(verdictBy)), "attempts").outcome;

      expect(given(said(secondsAfter(NOW, -3600)))).toBe("pass");
      expect(given(said(secondsAfter(NOW, -3 * 3600)))).toBe("fail");
      expect(given("observe-releases")).toBe("fail");
    });

    it("as the ledger keeps a person's word, of a release and of its template", () => {
      const mark = { service: "checkout", verdict: "good", by: "ada at desk", reason: "it was at fault: the database" } as const;
      const release = aRelease();
      const parts = markParts("table", { ...mark, hash: release.hash, at: secondsAfter(NOW, -60) }, [release]);
      const kept = parts.flatMap(({ write }) => write.Update?.ExpressionAttributeValues?.[":by"]?.S ?? []);

      expect(kept).toHaveLength(2);
      for (const verdictBy of kept) {
        const verdicts = { releases: [{ ...release, verdictBy }], observations: [] };
        expect(isAcquitted({ ...wrong, from: `release ${release.hash}` }, [], verdicts)).toBe(true);
        expect(isAcquitted({ ...wrong, from: "release another" }, [], verdicts)).toBe(false);
      }
    });
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
