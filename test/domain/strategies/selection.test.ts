import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SEVERITIES, TRIGGER_CLASSES } from "../../../functions/domain/blueprint.ts";
import { STRATEGIES } from "../../../functions/domain/rollback-document.ts";
import { selectStrategy } from "../../../functions/domain/select-strategy.ts";
import { chooseStrategy, STRATEGY_BY, strategyFor, strategyTable } from "../../../functions/domain/strategy.ts";
import { aBlueprint, anAssessment, aRollbackTrigger, aWorkloadState } from "../../support/builders/index.ts";
import { AUTOSCALER, aTraffic, planned, routed, strategyFacts, withPolicy } from "./support.ts";

describe("the selection", () => {
  it("is this table", () => {
    expect(strategyTable()).toEqual([
      "| class | critical | high | medium | low |",
      "| --- | --- | --- | --- | --- |",
      "| health | immediate | fast | fast | fast |",
      "| performance | immediate | fast | gradual | gradual |",
      "| business | immediate | gradual | gradual | gradual |",
      "| infrastructure | immediate | fast | fast | fast |",
      "| security | immediate | immediate | immediate | immediate |",
      "| database | immediate | fast | fast | fast |",
      "| canary | canary | canary | canary | canary |",
    ]);
  });

  it("follows the cell that the blueprint has overridden, says so, and leaves every other cell", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...TRIGGER_CLASSES),
        fc.constantFrom(...SEVERITIES),
        fc.constantFrom(...STRATEGIES),
        (triggerClass, severity, strategy) => {
          const overrides = { [triggerClass]: { [severity]: strategy } };

          const chosen = chooseStrategy([triggerClass], severity, overrides);

          expect(chosen.strategy).toBe(strategy);
          expect(chosen.by.includes("as the blueprint says")).toBe(strategy !== STRATEGY_BY[triggerClass][severity]);
          for (const other of SEVERITIES.filter((one) => one !== severity))
            expect(strategyFor([triggerClass], other, overrides)).toBe(STRATEGY_BY[triggerClass][other]);
        },
      ),
    );
  });

  it("marks an override in the printed table", () => {
    expect(strategyTable({ business: { high: "fast" } })).toContain("| business | immediate | fast * | gradual | gradual |");
  });

  it("says which class decided where several have one", () => {
    expect(chooseStrategy(["performance", "business"], "high").by).toBe("class performance, severity high, before 1 less urgent class");
  });

  it("is part of the plan's why, with the override that decided", () => {
    const blueprint = withPolicy({ strategies: { performance: { high: "immediate" } } });
    const assessment = anAssessment({ classes: ["performance"], severity: "high" });

    expect(selectStrategy(strategyFacts({ blueprint, assessment })).why).toBe(
      "class performance, severity high, as the blueprint says (fast by default) -> immediate",
    );
  });

  it("is a person's where one has named a strategy, whatever the table says", () => {
    const trigger = aRollbackTrigger({ kind: "manual", requestedBy: "ada@desk", request: { strategy: "immediate" } });

    expect(selectStrategy(strategyFacts({ trigger }))).toMatchObject({
      strategy: "immediate",
      why: "asked for by ada@desk -> immediate",
    });
  });
});

describe("a strategy that cannot be carried out falls back to fast, and says why", () => {
  const byRouter = aBlueprint({ traffic: aTraffic() });
  const one = anAssessment({ workload: aWorkloadState({ replicas: 1 }) });
  const inPlace = anAssessment({ workload: aWorkloadState({ strategy: { type: "RollingUpdate", maxSurge: "0", maxUnavailable: "1" } }) });
  const scaled = anAssessment({ workload: aWorkloadState({ hpa: "checkout" }) });
  it.each([
    ["gradual without surge", "gradual", { assessment: inPlace }, "a surge of 0 rules out two versions side by side"],
    ["gradual of one replica", "gradual", { assessment: one }, "1 replica cannot be shared"],
    [
      "gradual of one replica whose canary gets nothing",
      "gradual",
      { assessment: one, blueprint: byRouter, surroundings: routed(0) },
      "checkout-canary gets 0 % of the traffic: there is nothing to halve, and 1 replica",
    ],
    [
      "gradual of one replica behind a route that could not be read",
      "gradual",
      { assessment: one, blueprint: byRouter, surroundings: { route: { problem: "not allowed" }, autoscaler: null } },
      "not allowed, and 1 replica",
    ],
    [
      "gradual of one replica behind a Service's selector",
      "gradual",
      {
        assessment: one,
        blueprint: aBlueprint({ traffic: aTraffic({ route: { router: "service-selector", name: "checkout", rule: "version" } }) }),
        surroundings: routed(100),
      },
      "service-selector cannot be asked for any share",
    ],
    [
      "gradual under an autoscaler that nobody has read",
      "gradual",
      { assessment: scaled },
      "HorizontalPodAutoscaler checkout would take the old pods away",
    ],
    [
      "gradual under an autoscaler that allows too few",
      "gradual",
      { assessment: scaled, surroundings: { route: null, autoscaler: { ...AUTOSCALER, maxReplicas: 2 } } },
      "it allows 2 replicas, and there are 3",
    ],
    ["canary without a router", "canary", {}, "no canary is in progress"],
    ["canary whose new version gets nothing", "canary", { blueprint: byRouter, surroundings: routed(0) }, "no canary is in progress"],
  ] as const)("%s", (_name, strategy, overrides, reason) => {
    const plan = planned(strategy, overrides);

    expect(plan).toMatchObject({ strategy: "fast", requestedStrategy: strategy });
    expect(plan.why).toContain(reason);
    expect(plan.why).toContain(": falling back to fast");
  });
});
