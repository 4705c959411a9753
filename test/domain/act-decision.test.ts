import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ActFacts, INCIDENT_DEADLINE_SECONDS, whyMovedOn, whyNotAct } from "../../functions/domain/act-decision.ts";
import { aWorkloadState, BAD_HASH } from "../support/builders/index.ts";

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

describe("the configuration of a release", () => {
  const assessed = aWorkloadState();
  const newer = { ...assessed, templateHash: "newer", image: "demo/checkout:v3" };

  it("is left alone where somebody has deployed since the assessment (K8S-11)", () => {
    expect(whyMovedOn(assessed, newer, "rg-1")).toEqual({
      outcome: "superseded",
      reason: `the live template is newer (demo/checkout:v3), not the assessed ${BAD_HASH}: its configuration is left alone`,
    });
    expect(whyMovedOn(assessed, { ...assessed, uid: "another" }, "rg-1")).toMatchObject({ outcome: "superseded" });
  });

  it("comes back where the assessed release is live, whatever its generation is, or what this run has written itself", () => {
    expect(whyMovedOn(assessed, { ...assessed, generation: 99 }, "rg-1")).toBeNull();
    expect(whyMovedOn(assessed, { ...newer, stamps: { ...newer.stamps, execution: "rg-1" } }, "rg-1")).toBeNull();
  });
});
