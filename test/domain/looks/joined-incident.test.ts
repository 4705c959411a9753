import { describe, expect, it } from "vitest";
import { cameToNothing } from "../../../functions/domain/looks/joined-incident.ts";
import { triggerOfLook } from "../../../functions/domain/looks/look-outcome.ts";
import { anIncidentMeta, aRollbackTrigger, secondsAfter } from "../../support/builders/index.ts";
import { aLook } from "../../support/builders/look.ts";

const look = aLook();
const stoodDown = anIncidentMeta({ id: "inc-alarm", outcome: "stand-down", openedAt: secondsAfter(look.judgedAt, 3) });

describe("a failed look that joined the incident of an alarm", () => {
  it("came to nothing once that stood down, however much earlier its clock opened it", () => {
    expect(cameToNothing(look, [stoodDown])).toBe(true);
    expect(cameToNothing(look, [{ ...stoodDown, openedAt: secondsAfter(look.judgedAt, -60) }])).toBe(true);
  });

  it.each([
    ["nothing is known of an incident", look, []],
    ["the incident was over before the look", look, [{ ...stoodDown, openedAt: secondsAfter(look.judgedAt, -61) }]],
    ["it is open", look, [{ ...stoodDown, status: "open" as const, outcome: null }]],
    ["another one since then called somebody", look, [stoodDown, { ...stoodDown, id: "inc-other", outcome: "escalated" as const }]],
    ["it is the look's own", look, [{ ...stoodDown, trigger: triggerOfLook(look) ?? aRollbackTrigger() }]],
    ["the look was to start nothing", aLook({ mode: "observe" }), [stoodDown]],
  ])("has not where %s", (_why, failed, incidents) => {
    expect(cameToNothing(failed, incidents)).toBe(false);
  });
});
