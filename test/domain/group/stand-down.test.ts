import { describe, expect, it } from "vitest";
import { outcomeOf } from "../../../functions/domain/conclusion/outcome.ts";
import { chooseMembers } from "../../../functions/domain/group/choose-members.ts";
import { mergeAssessments } from "../../../functions/domain/group/merge-assessment.ts";
import type { Assessment, RollbackDocument } from "../../../functions/domain/rollback-document.ts";
import { secondsAfter } from "../../../functions/domain/time.ts";
import { anAssessment, anOpening, aRollbackInput } from "../../support/builders/index.ts";

const input = aRollbackInput();
const trigger = { ...input.trigger, service: "api" };

function lane(decision: Assessment["decision"], state: "OK" | "ALARM", since: string = trigger.at): Assessment {
  return anAssessment({
    decision,
    alarms: [{ alarmName: "rollguard-db-latency", trigger: "latency", state, since }],
    reasons: [`so it is ${decision}`],
  });
}
/** What an immediate strategy is chosen for. */
const grave = { severity: "critical" } as const;
const own = (decision: Assessment["decision"]) => ({ ...lane(decision, "OK"), ...grave });

describe("a group whose alarm is OK again", () => {
  it("does not roll a member back that is well, for the change alone", () => {
    const merged = mergeAssessments(trigger, own("stand-down"), { db: lane("roll-back", "OK") });

    expect(merged.decision).toBe("stand-down");
    expect(merged.lanes?.db).toMatchObject({ left: "skipped" });
  });

  it("does not roll a member back whose alarm has been red for long", () => {
    const merged = mergeAssessments(trigger, own("stand-down"), { db: lane("roll-back", "ALARM", secondsAfter(trigger.at, -901)) });

    expect(merged.decision).toBe("stand-down");
  });

  it("rolls back the member that is red", () => {
    expect(mergeAssessments(trigger, own("stand-down"), { db: lane("roll-back", "ALARM") }).decision).toBe("roll-back");
  });

  it("does not roll the members that are well back with it, how grave the alarm that is OK again ever was", () => {
    const others = { db: lane("roll-back", "ALARM"), web: { ...lane("roll-back", "OK"), ...grave } };
    const opening = anOpening({
      group: { name: "shop", fence: 1, layers: [["api", "db", "web"]] },
      lanes: { db: anOpening(), web: anOpening() },
    });
    const document: RollbackDocument = { ...input, trigger, opening, assessment: mergeAssessments(trigger, own("stand-down"), others) };

    const { chosen, left } = chooseMembers(document, []);

    expect(chosen).toEqual(["db"]);
    expect(left).toMatchObject({ web: { left: "skipped" } });
  });

  it.each([
    { what: "is red without a change to take back", db: lane("escalate", "ALARM"), worry: "db is in ALARM: rollguard-db-latency" },
    { what: "could not be assessed", db: { left: "failed", reason: "denied" } as const, worry: "nobody can tell how db is" },
  ])("needs a human while a member $what", ({ db, worry }) => {
    const assessment = mergeAssessments(trigger, own("stand-down"), { db });

    expect(assessment.decision).toBe("escalate");
    expect(assessment.reasons.at(-1)).toBe(worry);
    expect(outcomeOf({ ...input, trigger, assessment })).toBe("escalated");
  });

  it.each([
    { what: "is well", db: lane("escalate", "OK") },
    { what: "belongs to another incident", db: { left: "skipped", reason: "held" } as const },
  ])("ends well where the other member $what", ({ db }) => {
    const assessment = mergeAssessments(trigger, own("stand-down"), { db });

    expect(outcomeOf({ ...input, trigger, assessment })).toBe("stand-down");
  });
});
