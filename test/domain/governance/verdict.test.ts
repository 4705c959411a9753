import { describe, expect, it } from "vitest";
import { selectStrategy } from "../../../functions/domain/select-strategy.ts";
import { aBlueprint, aFreeze, aPastRollback, governanceFacts, secondsAfter } from "../../support/builders/index.ts";
import { byHand, checkOf, governed, NOW, verdict, withGovernance, withRollback } from "./support.ts";

const OPEN_BREAKER = {
  failures: [3, 2, 1].map((n) => ({ incidentId: `inc-${n}`, at: secondsAfter(NOW, -60 * n) })),
  closedAt: null,
};
const lately = aPastRollback({ at: secondsAfter(NOW, -600) });
const failedThrice = [1, 2, 3].map((n) => aPastRollback({ incidentId: `inc-${n}`, outcome: "failed", at: secondsAfter(NOW, -n * 4000) }));

describe("the rules", () => {
  it("are asked in one order, all of them", () => {
    expect(verdict().checks.map(({ rule }) => rule)).toEqual([
      "switch",
      "mode",
      "one-way",
      "quarantine",
      "breaker",
      "rate",
      "cooldown",
      "attempts",
      "blast-radius",
      "bounds",
      "preflight",
      "target",
      "automatic",
    ]);
  });

  it("allow the usual rollback, and name no rule", () => {
    expect(verdict()).toMatchObject({ verdict: "allowed", rule: null });
  });

  it("are asked also behind one that failed", () => {
    const governance = verdict({ switchState: "off", governance: governanceFacts({ breaker: OPEN_BREAKER }) });

    expect(governance).toMatchObject({ verdict: "denied", rule: "switch" });
    expect(checkOf(governance, "breaker").outcome).toBe("fail");
    expect(checkOf(governance, "cooldown").outcome).toBe("pass");
  });

  it("never deny a rollback because of a freeze", () => {
    const freezes = [aFreeze(), aFreeze({ scope: "all", name: null, security: true })];

    expect(verdict({ governance: governanceFacts({ freezes }) }).verdict).toBe("allowed");
  });

  it("say of the past that nobody looked, where nobody did", () => {
    const { governance: _past, ...facts } = governed();
    const { checks } = selectStrategy(facts).governance;

    expect(checks.filter(({ observed }) => observed === "the past was not looked at").map(({ rule, outcome }) => [rule, outcome])).toEqual([
      ["breaker", "not-checked"],
      ["rate", "not-checked"],
      ["cooldown", "not-checked"],
    ]);
  });
});

describe("a person is asked", () => {
  it.each([
    ["in mode approve", "mode", { blueprint: aBlueprint({ mode: "approve" }) }],
    ["where rollbacks are not automatic", "automatic", { blueprint: withRollback({ automatic: false }) }],
    ["while the breaker is open", "breaker", { governance: governanceFacts({ breaker: OPEN_BREAKER }) }],
    ["after too many rollbacks of all services", "rate", { governance: governanceFacts({ rollbacksOfAllInTheHour: 50 }) }],
    ["shortly after another rollback of the service", "cooldown", { governance: governanceFacts({ rollbacks: [lately] }) }],
    ["where too many services go back at once", "blast-radius", { servicesInIncident: 6 }],
  ])("%s", (_name, rule, overrides) => {
    const governance = verdict(overrides);

    expect(governance).toMatchObject({ verdict: "needs-approval", rule });
    expect(selectStrategy(governed(overrides)).mode).toBe("act");
  });

  it("after too many rollbacks of the service within the hour", () => {
    const rollbacks = [aPastRollback({ at: secondsAfter(NOW, -3000) })];
    const blueprint = withGovernance({ maxPerHour: 1, cooldownSeconds: 60 });

    const check = checkOf(verdict({ blueprint, governance: governanceFacts({ rollbacks }) }), "rate");

    expect(check).toEqual({
      rule: "rate",
      outcome: "fail",
      observed: "1 of the service, 0 of all services",
      limit: "fewer than 1 of the service and 50 of all services in an hour",
      until: secondsAfter(NOW, 600),
    });
  });

  it("unless the request was a person's own", () => {
    const governance = governanceFacts({ breaker: OPEN_BREAKER, rollbacks: [lately], rollbacksOfAllInTheHour: 99 });
    const blueprint = withRollback({ automatic: false }, { mode: "approve" });

    const decided = verdict({ trigger: byHand(), blueprint, governance });

    expect(decided).toMatchObject({ verdict: "allowed", rule: null });
    for (const rule of ["mode", "breaker", "rate", "cooldown", "automatic"])
      expect(checkOf(decided, rule).observed).toMatch(/; passed: asked for by hand$/);
  });

  it("also by hand where too many services go back at once", () => {
    expect(verdict({ trigger: byHand(), servicesInIncident: 6 })).toMatchObject({ verdict: "needs-approval", rule: "blast-radius" });
  });
});

describe("a plan is denied", () => {
  it("by the switch, by hand or not", () => {
    expect(verdict({ switchState: "off" })).toMatchObject({ verdict: "denied", rule: "switch" });
    expect(verdict({ switchState: "off", trigger: byHand({ toImage: "x@sha256:1" }) })).toMatchObject({
      verdict: "denied",
      rule: "switch",
    });
  });

  it("when the attempts are spent, and a denial counts more than a question before it", () => {
    const blueprint = aBlueprint({ mode: "approve" });

    expect(verdict({ blueprint, governance: governanceFacts({ rollbacks: failedThrice }) })).toMatchObject({
      verdict: "denied",
      rule: "attempts",
    });
  });

  it("has no plan to run", () => {
    expect(selectStrategy(governed({ switchState: "off" })).mode).toBe("none");
  });
});

describe("mode observe", () => {
  it.each([
    ["the mode", aBlueprint({ mode: "observe" })],
    ["rollback.enabled", withRollback({ enabled: false })],
  ])("by %s writes nothing, and shows what would have been asked", (_name, blueprint) => {
    const plan = selectStrategy(governed({ blueprint, governance: governanceFacts({ breaker: OPEN_BREAKER }) }));

    expect(plan.mode).toBe("observe");
    expect(plan.governance).toMatchObject({ verdict: "needs-approval", rule: "breaker" });
    expect(checkOf(plan.governance, "mode")).toMatchObject({ outcome: "pass", observed: expect.stringContaining("nothing is written") });
  });
});
