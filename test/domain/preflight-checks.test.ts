import { describe, expect, it } from "vitest";
import { isRunnable, PreflightSchema } from "../../functions/domain/preflight.ts";
import { preflight } from "../../functions/domain/preflight-checks.ts";
import type { Looked, PreflightFacts, TargetFacts } from "../../functions/domain/preflight-facts.ts";
import { withRestoredConfigs } from "../../functions/domain/preflight-restored.ts";
import { aPlanStep, aPlanTarget, aWorkloadState, GOOD_HASH } from "../support/builders/index.ts";
import { someFacts, someTarget } from "./support/preflight-facts.ts";

const settings = { kind: "ConfigMap", name: "settings", keys: ["url"] } as const;
const unseen = { notChecked: "not allowed", fix: 'add {apiGroups: [""], resources: ["configmaps"], verbs: ["get"]}' };
const checksOf = (facts: Partial<PreflightFacts>) => preflight(someFacts(facts)).checks;
const lines = (facts: Partial<PreflightFacts>) => checksOf(facts).map(({ check, outcome, observed }) => `${outcome} ${check}: ${observed}`);

it("a release for which everything is there passes, and fits the schema of the plan", () => {
  const result = preflight(someFacts());

  expect(PreflightSchema.parse(result)).toEqual(result);
  expect(result.checks.map(({ check, outcome }) => [check, outcome])).toEqual([
    ["selector", "pass"],
    ["configuration", "pass"],
    ["headroom", "pass"],
  ]);
  expect(isRunnable(result, GOOD_HASH)).toBe(true);
});

describe("a key that the plan brings back before the template", () => {
  const action = {
    kind: "restore-config" as const,
    configs: [{ kind: "ConfigMap" as const, name: "settings", dataHash: "d1", immutable: false, copy: "copy", fromHash: "d2" }],
    restart: false,
  };
  const step = aPlanStep({ id: "restore-config-1", kind: "restore-config", action });
  const runnable = (missing: readonly string[], steps = [step]) =>
    isRunnable(
      preflight(
        withRestoredConfigs(someFacts({ targets: [someTarget({ configs: [{ need: settings, missing: { value: missing } }] })] }), steps),
      ),
      GOOD_HASH,
    );

  it("is not missing, unless the object itself is gone or another release is meant (K8S-15)", () => {
    expect(runnable(["url"])).toBe(true);
    expect(runnable(["url"], [])).toBe(false);
    expect(runnable(["settings"])).toBe(false);
    expect(runnable(["url"], [{ ...step, target: aPlanTarget({ templateHash: "older" }) }])).toBe(false);
  });
});

describe("a release cannot come back", () => {
  it.each<[string, Partial<TargetFacts>, string]>([
    [
      "when nothing has its template any more (K8S-06)",
      { needs: { value: null } },
      "template: neither a revision in the cluster nor a snapshot has it",
    ],
    [
      "when the workload's selector was changed since",
      { selected: false },
      "selector: the template's labels do not match the workload's selector, which cannot be changed",
    ],
    [
      "when a key that it reads is gone (K8S-16)",
      { configs: [{ need: settings, missing: { value: ["url"] } }] },
      "configuration: ConfigMap settings has no key url",
    ],
    [
      "when a ConfigMap that it reads is gone (K8S-16)",
      { configs: [{ need: settings, missing: { value: ["settings"] } }] },
      "configuration: ConfigMap settings does not exist",
    ],
    ["when a volume claim is gone", { claims: [{ name: "data", found: { value: "absent" } }] }, "volume claim: data does not exist"],
    [
      "when its image is gone (K8S-19)",
      { images: [{ image: "demo/checkout:v1", present: { value: false } }] },
      "image: demo/checkout:v1 does not exist",
    ],
  ])("%s", (_when, facts, line) => {
    const target = someTarget(facts);
    const result = preflight(someFacts({ targets: [target] }));

    expect(lines({ targets: [target] })).toContain(`fail ${line}`);
    expect(isRunnable(result, GOOD_HASH)).toBe(false);
    expect(result.checks.find(({ outcome }) => outcome === "fail")).toMatchObject({ target: GOOD_HASH, fix: expect.stringMatching(/\w/) });
  });

  it.each([
    ["serviceAccount", "checkout", "service account"],
    ["priorityClass", "gold", "priority class"],
  ] as const)("when its %s is gone, and only if it names one", (key, name, check) => {
    const gone = { [key]: { value: false } };

    expect(lines({ targets: [someTarget(gone, { [key]: name })] })).toContain(`fail ${check}: ${name} does not exist`);
    expect(lines({ targets: [someTarget(gone)] }).join()).not.toContain(check);
  });

  it("alone: the next one may, and the rollout is planned for that one", () => {
    const gone = someTarget({ templateHash: "gone", needs: { value: null } });
    const slow = someTarget({ templateHash: "slow" }, { startSeconds: 50 });
    const result = preflight(someFacts({ targets: [gone, slow] }));

    expect([isRunnable(result, "gone"), isRunnable(result, "slow")]).toEqual([false, true]);
    expect(result.availability.predictedSeconds).toBe(50);
  });
});

describe("what nobody could look at", () => {
  it("blocks nothing, and says what would change that", () => {
    const target = someTarget({
      configs: [{ need: settings, missing: unseen }],
      images: [{ image: "ghcr.io/shop/checkout:v1", present: { notChecked: "not a registry of ECR", fix: "" } }],
      claims: [{ name: "data", found: unseen }],
    });
    const result = preflight(
      someFacts({ targets: [target], quotas: unseen, nodes: unseen, autoscaler: unseen, budgets: unseen, loadBalancer: unseen }),
    );
    const notChecked = result.checks.filter(({ outcome }) => outcome === "not-checked");

    expect(isRunnable(result, GOOD_HASH)).toBe(true);
    expect(notChecked.map(({ check }) => check)).toEqual([
      "configuration",
      "volume claim",
      "image",
      "quota",
      "node headroom",
      "autoscaler",
      "disruption budget",
      "load balancer",
    ]);
    expect(notChecked.filter(({ check }) => check !== "image").every(({ fix }) => fix === unseen.fix)).toBe(true);
  });

  it("is the whole release where its template could not be read", () => {
    const result = preflight(someFacts({ targets: [someTarget({ needs: unseen })] }));

    expect(result.checks[0]).toMatchObject({ check: "template", outcome: "not-checked", target: GOOD_HASH });
    expect(isRunnable(result, GOOD_HASH)).toBe(true);
  });
});

describe("a warning", () => {
  const budget = (allowed: number): Looked<readonly { name: string; allowed: number }[]> => ({ value: [{ name: "checkout", allowed }] });
  const full = { quotas: { value: [{ name: "team", left: { pods: 0 } }] } };

  it.each<[string, Partial<PreflightFacts>, string]>([
    ["that there is no room", full, "headroom: 0 more pods fit (quota team: pods)"],
    ["that a budget will be broken", { ...full, budgets: budget(1) }, "disruption budget: checkout allows 1 to be missing, 2 may be"],
    [
      "that the autoscaler is at its end (K8S-14)",
      { autoscaler: { value: { name: "checkout", maxReplicas: 10 } } },
      "autoscaler: checkout allows 10 pods, 10 are set",
    ],
    [
      "that the load balancer lags behind",
      { loadBalancer: { value: { ingress: "shop", gated: false } } },
      "load balancer: a pod counts as ready before",
    ],
    [
      "of a volume that one Node has",
      { targets: [someTarget({ claims: [{ name: "data", found: { value: "one-node" } }] })] },
      "volume claim: data is mounted by one Node",
    ],
    [
      "of a right that is missing, with the rule to add (K8S-27)",
      { rights: [{ rule: '{apiGroups: ["apps"], resources: ["deployments"], verbs: ["patch"]}', allowed: { value: false } }] },
      "rights: rollguard:write may not",
    ],
  ])("%s, blocks nothing", (_what, facts, line) => {
    const warnings = checksOf(facts).filter(({ outcome }) => outcome === "warn");

    expect(warnings.map(({ check, observed }) => `${check}: ${observed}`)).toContainEqual(expect.stringContaining(line));
    expect(warnings.every(({ fix }) => fix !== "")).toBe(true);
    expect(isRunnable(preflight(someFacts(facts)), GOOD_HASH)).toBe(true);
  });

  it("is not given where all is well", () => {
    const workload = aWorkloadState({ replicas: 10, pods: [] });
    const well = {
      workload,
      budgets: budget(2),
      autoscaler: { value: { name: "checkout", maxReplicas: 20 } },
      loadBalancer: { value: { ingress: "shop", gated: true } },
    };

    expect(checksOf({ ...well, rights: [{ rule: "x", allowed: { value: true } }] }).every(({ outcome }) => outcome === "pass")).toBe(true);
  });
});
