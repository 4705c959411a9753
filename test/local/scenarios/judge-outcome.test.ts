import { describe, expect, it } from "vitest";
import type { TimelineEvent } from "../../../functions/domain/incident.ts";
import type { Outcome, Strategy } from "../../../functions/domain/rollback-document.ts";
import type { DeploymentFacts } from "../../../local/scenarios/demo-cluster.ts";
import { judgeLeftAlone, judgeRolledBack, judgeStrategy } from "../../../local/scenarios/judge-outcome.ts";
import type { ScenarioResult } from "../../../local/scenarios/scenario.ts";
import { anIncident, aPlan } from "../../support/builders/index.ts";

const before: DeploymentFacts = {
  image: "demo/checkout:v1",
  replicas: 3,
  readyReplicas: 3,
  updatedReplicas: 3,
  generation: 1,
  strategy: '{"type":"RollingUpdate"}',
  replicaSet: { name: "checkout-1", templateHash: "1" },
};

describe("judgeRolledBack", () => {
  it("is content when the incident recovered and the Deployment is what it was", () => {
    expect(judgeRolledBack(aResult({ outcome: "recovered", after: { ...before, generation: 4 } }))).toEqual([]);
  });

  it.each([
    { wrong: "outcome", outcome: "escalated" as const, after: before, problem: /ended as escalated, expected recovered/ },
    { wrong: "image", outcome: "recovered" as const, after: { ...before, image: "demo/checkout:v2" }, problem: /image: demo\/checkout:v2/ },
    { wrong: "replicas", outcome: "recovered" as const, after: { ...before, replicas: 2 }, problem: /replicas: 2, expected 3/ },
    { wrong: "readiness", outcome: "recovered" as const, after: { ...before, readyReplicas: 2 }, problem: /ready pods: 2, expected 3/ },
    { wrong: "strategy", outcome: "recovered" as const, after: { ...before, strategy: "{}" }, problem: /update strategy: \{\}/ },
  ])("names a wrong $wrong", ({ outcome, after, problem }) => {
    const problems = judgeRolledBack(aResult({ outcome, after }));

    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(problem);
  });
});

describe("judgeStrategy", () => {
  const steps = ["maintenance-on", "analyse-before"];
  const played = (strategy: Strategy, stepIds: readonly string[]) => {
    const result = aResult({ outcome: "recovered" });
    const { meta, events } = result.incident;
    const record = meta.record === null ? null : { ...meta.record, plan: aPlan({ strategy }) };
    const applied = stepIds.map((stepId) => ({ ...(events[0] as TimelineEvent), data: { stepId, outcome: "applied" } }));
    return { ...result, incident: { ...result.incident, meta: { ...meta, record }, events: applied } };
  };

  it("is content when the strategy was this one and every step was carried out", () => {
    expect(judgeStrategy("immediate", steps)(played("immediate", steps))).toEqual([]);
  });

  it("names another strategy, and a step that was left out", () => {
    expect(judgeStrategy("immediate", steps)(played("fast", ["analyse-before"]))).toEqual([
      "strategy: fast, expected immediate",
      "step maintenance-on was not carried out",
    ]);
  });
});

describe("judgeLeftAlone", () => {
  it("is content when a human was paged and nothing was written", () => {
    expect(judgeLeftAlone(aResult({ outcome: "escalated", urgencies: ["notice", "page"] }))).toEqual([]);
  });

  it("names a missing page", () => {
    expect(judgeLeftAlone(aResult({ outcome: "escalated", urgencies: ["notice"] }))).toEqual(["nobody was paged"]);
  });

  it("names any write to the spec, and a recovery that nobody asked for", () => {
    const problems = judgeLeftAlone(aResult({ outcome: "recovered", after: { ...before, generation: 2 }, urgencies: ["page"] }));

    expect(problems).toEqual([expect.stringContaining("ended as recovered, expected escalated"), "generation: 2, expected 1"]);
  });
});

function aResult({
  outcome,
  after = before,
  urgencies = [],
}: {
  outcome: Outcome;
  after?: DeploymentFacts;
  urgencies?: string[];
}): ScenarioResult {
  const incident = anIncident();
  return {
    incident: { ...incident, meta: { ...incident.meta, outcome } },
    before,
    after,
    messages: urgencies.map((urgency) => ({ urgency, type: "incident_closed" })),
  };
}
