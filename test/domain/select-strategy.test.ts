import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { INCIDENT_DEADLINE_SECONDS } from "../../functions/domain/act-decision.ts";
import { SEVERITIES, TRIGGER_CLASSES } from "../../functions/domain/blueprint.ts";
import { FINISH } from "../../functions/domain/plan/chain.ts";
import { RESTORE_STRATEGY } from "../../functions/domain/plan/restore-steps.ts";
import { leastSeconds, RUN_SECONDS } from "../../functions/domain/plan/step-clocks.ts";
import { selectStrategy } from "../../functions/domain/select-strategy.ts";
import { STRATEGY_BY, strategyFor } from "../../functions/domain/strategy.ts";
import { RELAX_WITHIN_SECONDS } from "../../functions/domain/verify-watch.ts";
import {
  aBlueprint,
  aChange,
  aGoodReplicaSet,
  anAssessment,
  aReleaseObservation,
  aReplicaSet,
  aScaleObservation,
  aTrigger,
  aWorkloadState,
  GOOD_HASH,
} from "../support/builders/index.ts";
import { strategyFacts } from "./strategies/support.ts";

const scaleChange = aChange({ kind: "scale", fromHash: GOOD_HASH, toHash: GOOD_HASH, fromReplicas: 3, toReplicas: 2 });
const scaled = anAssessment({ change: scaleChange, workload: aWorkloadState({ templateHash: GOOD_HASH, replicas: 2 }) });

describe("the strategy", () => {
  it.each([
    ["security", "low", "immediate"],
    ["health", "critical", "immediate"],
    ["health", "medium", "fast"],
    ["performance", "high", "fast"],
    ["performance", "medium", "gradual"],
    ["business", "high", "gradual"],
    ["infrastructure", "high", "fast"],
    ["database", "critical", "immediate"],
    ["database", "medium", "fast"],
    ["canary", "critical", "canary"],
  ] as const)("for class %s and severity %s is %s", (triggerClass, severity, strategy) => {
    expect(strategyFor([triggerClass], severity)).toBe(strategy);
  });

  it("has a cell for every class and severity", () => {
    const cells = TRIGGER_CLASSES.flatMap((triggerClass) => SEVERITIES.map((severity) => STRATEGY_BY[triggerClass][severity]));

    expect(cells).toHaveLength(28);
    expect(cells).not.toContain(undefined);
  });

  it("is the most urgent that any class asks for, in whatever order the classes come", () => {
    const classes = fc.uniqueArray(fc.constantFrom(...TRIGGER_CLASSES), { minLength: 1 });
    fc.assert(
      fc.property(classes, fc.constantFrom(...SEVERITIES), (some, severity) => {
        expect(strategyFor(some, severity)).toBe(strategyFor([...some].reverse(), severity));
        if (some.includes("security")) expect(strategyFor(some, severity)).toBe("immediate");
      }),
    );
  });

  it.each([
    ["canary", aWorkloadState()],
    ["gradual", aWorkloadState({ replicas: 1 })],
    ["gradual", aWorkloadState({ hpa: "checkout" })],
    ["gradual", aWorkloadState({ kind: "StatefulSet" })],
  ] as const)("%s is recognised and falls back to fast where it cannot be, with the reason recorded", (requested, workload) => {
    const assessment = anAssessment({ classes: [requested === "canary" ? "canary" : "business"], workload });

    const plan = selectStrategy(strategyFacts({ assessment }));

    expect(plan).toMatchObject({ strategy: "fast", requestedStrategy: requested });
    expect(plan.why).toContain("falling back to fast");
  });
});

describe("the target", () => {
  it("is the newest earlier release with a good verdict, never a bad one, never the live one (K8S-05)", () => {
    const sets = [
      aReplicaSet({ revision: 4 }),
      aGoodReplicaSet({ templateHash: "bad-before", name: "checkout-bad", revision: 3 }),
      aGoodReplicaSet({ revision: 2 }),
    ];
    const plan = selectStrategy(
      strategyFacts({
        assessment: anAssessment({ workload: aWorkloadState({ replicaSets: sets }) }),
        observations: [
          aReleaseObservation(),
          aReleaseObservation({ templateHash: "bad-before", verdict: "bad", lastSeenAt: "2026-11-20T03:11:00.000Z" }),
        ],
      }),
    );

    expect(plan.steps.map((step) => [step.id, step.target?.templateHash ?? null])).toEqual([
      ["restore-template-1", GOOD_HASH],
      ["relax-rollout-1", GOOD_HASH],
      [RESTORE_STRATEGY, null],
      ["quarantine-replica-set", null],
    ]);
  });

  it.each([
    ["was never observed", []],
    ["is only a candidate", [aReleaseObservation({ verdict: "candidate" })]],
    ["is bad", [aReleaseObservation({ verdict: "bad" })]],
    ["has no ReplicaSet any more (K8S-06)", [aReleaseObservation({ templateHash: "pruned" })]],
  ])("that %s is no target: denied, with the reason", (_name, observations) => {
    const plan = selectStrategy(strategyFacts({ observations }));

    expect(plan).toMatchObject({ mode: "none", governance: { verdict: "denied", rule: "target" } });
    expect(plan.steps).toEqual([]);
  });

  it("of a scale is the last replica count observed good, without touching the template", () => {
    const observations = [
      aReleaseObservation({
        scales: [aScaleObservation({ replicas: 5 }), aScaleObservation(), aScaleObservation({ replicas: 2, verdict: "candidate" })],
      }),
    ];

    expect(selectStrategy(strategyFacts({ assessment: scaled, observations })).steps).toMatchObject([
      { kind: "restore-scale", replicas: 3, onPass: FINISH, onFail: FINISH },
    ]);
  });

  it.each([
    ["down", { fromReplicas: 5, toReplicas: 3 }, aScaleObservation({ replicas: 2 })],
    ["up", { fromReplicas: 2, toReplicas: 3 }, aScaleObservation({ replicas: 5 })],
  ])("of a scale %s never goes further the same way, whatever was good once", (_name, counts, good) => {
    const change = aChange({ ...scaleChange, ...counts });
    const assessment = anAssessment({ change, workload: aWorkloadState({ templateHash: GOOD_HASH, replicas: 3 }) });
    const between = aScaleObservation({ replicas: counts.fromReplicas, verdict: "candidate" });
    const plan = selectStrategy(strategyFacts({ assessment, observations: [aReleaseObservation({ scales: [good, between] })] }));

    expect(plan).toMatchObject({ mode: "none", steps: [], governance: { rule: "target" } });
  });

  it("is not a release that was in ALARM when it was last seen, although it was good before: somebody left it for a reason", () => {
    const at = "2026-11-20T03:10:00.000Z";
    const older = aReleaseObservation({ templateHash: "older", lastSeenAt: "2026-11-18T00:00:00.000Z" });
    const sets = [aReplicaSet(), aGoodReplicaSet(), aGoodReplicaSet({ templateHash: "older", name: "checkout-older" })];
    const assessment = anAssessment({ workload: aWorkloadState({ replicaSets: sets }) });
    const ill = aReleaseObservation({ lastSeenAt: at, alarmAt: at });

    const hashes = selectStrategy(strategyFacts({ assessment, observations: [ill, older] })).steps.map(
      (step) => step.target?.templateHash ?? null,
    );
    const none = selectStrategy(strategyFacts({ assessment, observations: [ill] }));
    const cured = selectStrategy(strategyFacts({ observations: [{ ...ill, alarmAt: "2026-11-20T03:09:00.000Z" }] }));

    expect(hashes).toEqual(["older", "older", null, null]);
    expect(none.governance.checks.find(({ outcome }) => outcome === "fail")?.observed).toContain("good, but in ALARM when last seen");
    expect(cured.steps[0]?.target?.templateHash).toBe(GOOD_HASH);
  });

  it("says so where the release was good with more replicas than are set now", () => {
    const assessment = anAssessment({ workload: aWorkloadState({ replicas: 1 }) });

    expect(selectStrategy(strategyFacts({ assessment })).reasons.join()).toContain("was good with 3 replicas, and 1 is set");
    expect(selectStrategy(strategyFacts()).reasons.join()).not.toContain("was good with");
  });

  it("of a leftover is only the Deployment's own strategy", () => {
    const assessment = anAssessment({ change: aChange({ kind: "leftover" }) });

    expect(selectStrategy(strategyFacts({ assessment })).steps.map((step) => step.kind)).toEqual(["restore-strategy"]);
  });
});

describe("governance", () => {
  it.each([
    ["a switch that is off", { switchState: "off" as const }, "denied", "switch"],
    ["no attempts left", { blueprint: aBlueprint({ rollback: { ...aBlueprint().rollback, maxAttempts: 0 } }) }, "denied", "attempts"],
    [
      "a replica count out of bounds",
      {
        assessment: scaled,
        blueprint: aBlueprint({ scaling: { minReplicas: 1, maxReplicas: 2 } }),
        observations: [aReleaseObservation({ scales: [aScaleObservation(), aScaleObservation({ replicas: 2 })] })],
      },
      "denied",
      "bounds",
    ],
  ])("answers %s with %s by rule %s, and there is no plan to run", (_name, overrides, verdict, rule) => {
    expect(selectStrategy(strategyFacts(overrides))).toMatchObject({ mode: "none", governance: { verdict, rule } });
  });

  it("asks where the policy is not automatic, with the plan that it asks about", () => {
    const blueprint = aBlueprint({ rollback: { ...aBlueprint().rollback, automatic: false } });

    expect(selectStrategy(strategyFacts({ blueprint }))).toMatchObject({
      mode: "act",
      governance: { verdict: "needs-approval", rule: "automatic" },
    });
  });

  it("says which rules it did not check", () => {
    const { checks } = selectStrategy(strategyFacts()).governance;

    expect(checks.filter((check) => check.outcome === "not-checked").map((check) => check.rule)).toEqual([
      "one-way",
      "quarantine",
      "breaker",
      "rate",
      "cooldown",
      "bounds",
      "preflight",
    ]);
  });

  it("only observes where the mode is observe or rollback is disabled", () => {
    expect(selectStrategy(strategyFacts({ blueprint: aBlueprint({ mode: "observe" }) })).mode).toBe("observe");
    expect(selectStrategy(strategyFacts({ blueprint: aBlueprint({ rollback: { ...aBlueprint().rollback, enabled: false } }) })).mode).toBe(
      "observe",
    );
    expect(selectStrategy(strategyFacts()).mode).toBe("act");
  });
});

describe("the clocks of a plan", () => {
  it("end before the machine's own timeout, with fewer history events than Step Functions takes, whatever the Deployment and the alarms ask for", () => {
    const seconds = (max: number) => fc.oneof(fc.integer({ min: 1, max: 600 }), fc.integer({ min: 1, max }));
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3 }),
        seconds(2_147_483_647),
        seconds(3600),
        seconds(86_400),
        (targets, progressDeadlineSeconds, stabilizationSeconds, periodSeconds) => {
          const hashes = Array.from({ length: targets }, (_, i) => `hash${i}`);
          const replicaSets = hashes.map((templateHash) => aGoodReplicaSet({ templateHash, name: `checkout-${templateHash}` }));
          const base = aBlueprint();
          const triggers = [aTrigger({ periodSeconds })];
          const workload = aWorkloadState({ progressDeadlineSeconds, replicaSets });
          const { steps } = selectStrategy(
            strategyFacts({
              blueprint: aBlueprint({ verification: { ...base.verification, stabilizationSeconds }, triggers }),
              assessment: anAssessment({ workload }),
              observations: hashes.map((templateHash) => aReleaseObservation({ templateHash })),
            }),
          );
          const restoring = steps.filter(({ kind }) => kind === "restore-template");
          const polls = restoring.reduce((sum, step) => sum + step.deadlineSeconds / step.bakeSeconds, 0);

          // Fewer than there are only where more could not be proven.
          const least = leastSeconds(aBlueprint({ verification: { ...base.verification, stabilizationSeconds }, triggers }), workload);
          expect(restoring.length).toBeGreaterThan(0);
          expect(restoring.length).toBeLessThanOrEqual(targets);
          if (restoring.length > 1) expect(restoring[0]?.deadlineSeconds).toBeGreaterThanOrEqual(least);
          if (targets * least < RUN_SECONDS - 600) expect(restoring).toHaveLength(targets);
          // Without room the same release gets one more full watch, begun soon; the steps after the last release take a minute each at most.
          const longest = restoring.reduce((sum, step) => sum + RELAX_WITHIN_SECONDS + step.deadlineSeconds, 0) + 4 * 60;
          expect(longest).toBeLessThan(INCIDENT_DEADLINE_SECONDS);
          for (const step of steps.filter(({ kind }) => kind === "relax-rollout"))
            expect(step.deadlineSeconds).toBe(restoring[0]?.deadlineSeconds);
          // Wait, Task and Choice of one look make nine events.
          expect(polls * 9).toBeLessThan(20_000);
          for (const { bakeSeconds } of restoring)
            expect(Number.isInteger(bakeSeconds) && bakeSeconds >= 1 && bakeSeconds <= 60).toBe(true);
        },
      ),
    );
  });

  it("are those of the Deployment and the alarms where these are sane", () => {
    expect(selectStrategy(strategyFacts()).steps[0]).toMatchObject({ bakeSeconds: 5, deadlineSeconds: 600 + 10 + 2 * 50 });
  });
});

describe("laws of a plan", () => {
  it("has at most three targets and as many as attempts allow, ends with the strategy, and every label leads to a later step or the end", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 1, max: 5 }), (releases, maxAttempts) => {
        const hashes = Array.from({ length: releases }, (_, i) => `hash${i}`);
        const sets = hashes.map((templateHash) => aGoodReplicaSet({ templateHash, name: `checkout-${templateHash}` }));
        const plan = selectStrategy(
          strategyFacts({
            blueprint: aBlueprint({ rollback: { ...aBlueprint().rollback, maxAttempts } }),
            assessment: anAssessment({ workload: aWorkloadState({ replicaSets: [aReplicaSet(), ...sets] }) }),
            observations: hashes.map((templateHash) => aReleaseObservation({ templateHash })),
          }),
        );
        const ids = plan.steps.map((step) => step.id);
        expect(plan.steps.filter((step) => step.kind === "restore-template")).toHaveLength(Math.min(releases, 3, maxAttempts));
        if (releases > 0) expect(ids.slice(-2)).toEqual([RESTORE_STRATEGY, "quarantine-replica-set"]);
        for (const [i, step] of plan.steps.entries()) {
          for (const label of [step.onPass, step.onFail]) expect(label === FINISH || ids.indexOf(label) > i).toBe(true);
        }
      }),
    );
  });
});
