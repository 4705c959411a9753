import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ActFacts, INCIDENT_DEADLINE_SECONDS, whyNotAct } from "../../functions/domain/act-decision.ts";

const facts = (overrides: Partial<ActFacts> = {}): ActFacts => ({
  leaseRenewed: true,
  switchState: { state: "armed", reason: "" },
  ageSeconds: 60,
  mode: "act",
  stepId: "restore-template-1",
  ...overrides,
});

describe("a plan step", () => {
  it.each<[string, Partial<ActFacts>, string, RegExp]>([
    ["without the lock", { leaseRenewed: false }, "lock-lost", /lock was lost/],
    ["with the switch off", { switchState: { state: "off", reason: "game day" } }, "refused", /game day/],
    ["of an old incident", { ageSeconds: INCIDENT_DEADLINE_SECONDS + 1 }, "refused", /4 h 0 m old/],
    ["that lifts a maintenance before a recovery is proven", { liftsTooEarly: true }, "refused", /only after a recovery was proven/],
    ["in observe mode", { mode: "observe" }, "would-apply", /restore-template-1/],
  ])("%s is not applied, and says why", (_name, overrides, outcome, reason) => {
    expect(whyNotAct(facts(overrides))).toMatchObject({ outcome, reason: expect.stringMatching(reason) });
  });

  it("is applied only with lease, armed switch, a young incident and a plan that acts", () => {
    const some = fc.record({
      leaseRenewed: fc.boolean(),
      off: fc.boolean(),
      ageSeconds: fc.nat(30_000),
      mode: fc.constantFrom("act", "observe", "none"),
    });
    fc.assert(
      fc.property(some, ({ leaseRenewed, off, ageSeconds, mode }) => {
        const answer = whyNotAct(facts({ leaseRenewed, switchState: { state: off ? "off" : "armed", reason: "" }, ageSeconds, mode }));
        expect(answer === null).toBe(leaseRenewed && !off && ageSeconds <= INCIDENT_DEADLINE_SECONDS && mode === "act");
      }),
    );
  });
});
