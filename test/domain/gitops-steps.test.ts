import { describe, expect, it } from "vitest";
import type { GitopsState } from "../../functions/domain/gitops.ts";
import { MOST_DRIFT_SECONDS } from "../../functions/domain/plan/gitops-steps.ts";
import type { StrategyFacts } from "../../functions/domain/plan/strategy-facts.ts";
import { ownedBy } from "../../functions/domain/plan-steps.ts";
import { PlanSchema } from "../../functions/domain/rollback-document.ts";
import { selectStrategy } from "../../functions/domain/select-strategy.ts";
import {
  aBlueprint,
  aChange,
  aConfig,
  aGitopsState,
  anAssessment,
  aReleaseObservation,
  aRollbackTrigger,
  aScaleObservation,
  aWorkloadState,
  BAD_HASH,
  GOOD_HASH,
} from "../support/builders/index.ts";
import { bad, good, withParts } from "./support/release-plans.ts";

const argo = { kind: "argo-cd", ref: "checkout" } as const;
const owned = anAssessment({ workload: aWorkloadState({ owner: argo }) });

function facts(overrides: Partial<StrategyFacts> = {}): StrategyFacts {
  return {
    trigger: aRollbackTrigger(),
    blueprint: aBlueprint(),
    assessment: owned,
    observations: [aReleaseObservation()],
    switchState: "armed",
    releases: [],
    gitops: aGitopsState(),
    gitopsProblem: null,
    preflight: null,
    ...overrides,
  };
}

/** The steps about GitOps and the restore; what else a plan cleans up does not matter here. */
const SHOWN = /^(hold-gitops|restore-template-1|restore-scale|restore-strategy|watch-drift)$/;
const edges = (overrides: Partial<StrategyFacts> = {}) =>
  selectStrategy(facts(overrides))
    .steps.filter(({ id }) => SHOWN.test(id))
    .map(({ id, onPass, onFail }) => (id === "watch-drift" ? id : `${id} -> ${onPass} | ${onFail}`));
const RESTORE = ["restore-template-1 -> restore-strategy | restore-strategy"];

describe("the plan for a workload that a GitOps controller owns", () => {
  it("holds, restores, then watches; a hold that fails does not keep the restore back", () => {
    expect(edges()).toEqual([
      "hold-gitops -> restore-template-1 | restore-template-1",
      ...RESTORE,
      "restore-strategy -> watch-drift | finish",
      "watch-drift",
    ]);
  });

  it.each([
    ["nothing names the owning object", { gitops: null, gitopsProblem: "field manager only" }],
    ["the blueprint says not to hold", { blueprint: aBlueprint({ gitops: { hold: false, argoNamespace: "argocd" } }) }],
    ["it is held already", { gitops: aGitopsState({ held: true, heldBy: null }) }],
  ])("restores and watches when %s", (_name, overrides) => {
    expect(edges(overrides)).toEqual([...RESTORE, "restore-strategy -> watch-drift | finish", "watch-drift"]);
  });

  it("of a scale ends at once when the scale does not help", () => {
    const change = aChange({ kind: "scale", fromHash: GOOD_HASH, toHash: GOOD_HASH, fromReplicas: 3, toReplicas: 2 });
    const workload = aWorkloadState({ owner: argo, templateHash: GOOD_HASH, replicas: 2 });
    const observations = [aReleaseObservation({ scales: [aScaleObservation({ replicas: 3 })] })];

    const given = { assessment: anAssessment({ change, workload }), observations };
    const plan = selectStrategy(facts(given));

    expect(edges(given)).toEqual(["hold-gitops -> restore-scale | restore-scale", "restore-scale -> watch-drift | finish", "watch-drift"]);
    expect(plan.steps.find(({ kind }) => kind === "watch-drift")?.action).toMatchObject({ suspect: { templateHash: null, replicas: 2 } });
  });

  it("watches for two intervals, at most two minutes, and longer than that until it gives up", () => {
    const watched = (intervalSeconds: number) => {
      const step = selectStrategy(facts({ gitops: aGitopsState({ intervalSeconds }) })).steps.at(-2);
      return step?.action?.kind === "watch-drift" ? [step.action.seconds, step.deadlineSeconds, step.action.suspect.templateHash] : [];
    };

    expect([5, 30, 600].map(watched)).toEqual([
      [10, 40, BAD_HASH],
      [60, 90, BAD_HASH],
      [MOST_DRIFT_SECONDS, 150, BAD_HASH],
    ]);
  });

  it("watches the content that the first release brings back, and nothing where none comes back", () => {
    const { hash, parts, irreversible } = withParts(bad, { configs: [aConfig({ dataHash: "d2" })] });
    const live = { hash, parts, irreversible };
    const workload = aWorkloadState({ owner: argo });
    const assessment = anAssessment({ workload, live, change: aChange({ fromRelease: good.hash, toRelease: hash }) });
    const watched = (releases: StrategyFacts["releases"]) => {
      const action = selectStrategy(facts({ assessment, releases })).steps.find(({ kind }) => kind === "watch-drift")?.action;
      return action?.kind === "watch-drift" ? action.configs : null;
    };

    expect(watched([withParts(bad, { configs: parts.configs }), good])).toEqual([
      { kind: "ConfigMap", name: "app-settings", dataHashes: [aConfig().dataHash], fromHash: "d2" },
    ]);
    expect(watched([])).toBeUndefined();
  });

  it("expects the hold to stand only where one was planned or there already", () => {
    const expected = (overrides: Partial<StrategyFacts>) => {
      const action = selectStrategy(facts(overrides)).steps.at(-2)?.action;
      return action?.kind === "watch-drift" ? action.gitops?.held : undefined;
    };

    expect(expected({})).toBe(true);
    expect(expected({ gitops: aGitopsState({ held: true }) })).toBe(true);
    expect(expected({ blueprint: aBlueprint({ gitops: { hold: false, argoNamespace: "argocd" } }) })).toBe(false);
  });

  it("tells the write guard what it has thought of", () => {
    const said = (overrides: Partial<StrategyFacts>) => ownedBy(selectStrategy(facts(overrides)).steps);

    expect(said({})).toBe("held");
    expect(said({ gitops: null })).toBe("watched");
    expect(said({ assessment: anAssessment() })).toBeNull();
  });

  it("is none at all for the strategy that a killed run left, and for Helm, which acts only when it is run", () => {
    const leftover = anAssessment({ change: aChange({ kind: "leftover" }), workload: aWorkloadState({ owner: argo }) });
    const helm = anAssessment({ workload: aWorkloadState({ owner: { kind: "helm", ref: "shop/checkout" } }) });

    expect(selectStrategy(facts({ assessment: leftover })).steps.map(({ id }) => id)).toEqual(["restore-strategy"]);
    expect(selectStrategy(facts({ assessment: helm, gitops: null })).steps.map(({ id }) => id)).toEqual([
      "restore-template-1",
      "relax-rollout-1",
      "restore-strategy",
      "quarantine-replica-set",
    ]);
    expect(selectStrategy(facts({ assessment: helm, gitops: null })).reasons.join("\n")).toContain("the next upgrade brings back");
  });

  it("says who may undo the hold, and why there is none", () => {
    const reasons = (overrides: Partial<StrategyFacts>) => selectStrategy(facts(overrides)).reasons.join("\n");

    expect(reasons({ gitops: aGitopsState({ parent: "ApplicationSet shops" }) })).toContain(
      "ApplicationSet shops writes Application argocd/checkout",
    );
    expect(reasons({ gitops: null, gitopsProblem: "cannot get resource applications" })).toContain("cannot get resource applications");
    expect(reasons({ blueprint: aBlueprint({ gitops: { hold: false, argoNamespace: "argocd" } }) })).toContain("gitops.hold: false");
  });
});

describe("the plan of a resume", () => {
  const resume = (gitops: GitopsState | null, gitopsProblem: string | null = null) =>
    selectStrategy(
      facts({
        trigger: aRollbackTrigger({ kind: "resume", alarmName: null, alarmArn: null }),
        assessment: anAssessment({ change: aChange({ kind: "held" }), workload: aWorkloadState({ owner: argo }) }),
        gitops,
        gitopsProblem,
      }),
    );
  const held = aGitopsState({ held: true, heldBy: "rg-1", wanted: { revision: "new", atHold: "old", images: [], sameAsLive: null } });

  it("is one step, which a person's word is enough for", () => {
    const plan = resume(held);

    expect(PlanSchema.parse(plan)).toMatchObject({ mode: "act", governance: { verdict: "allowed" } });
    expect(plan.steps.map(({ kind }) => kind)).toEqual(["resume-gitops"]);
    expect(plan.reasons.join("\n")).toContain("is at revision new now (old when it was held)");
  });

  it.each([
    ["the source has not moved", { ...held, wanted: { ...held.wanted, revision: "old" } }, null, /still at revision old/],
    ["the object cannot be read", null, "applications is forbidden", /forbidden/],
  ])("is none when %s", (_name, gitops, problem, reason) => {
    const plan = resume(gitops, problem);

    expect(plan).toMatchObject({ mode: "none", steps: [], governance: { verdict: "denied", rule: "target" } });
    expect(plan.governance.checks.find(({ rule }) => rule === "target")?.observed).toMatch(reason);
  });
});
