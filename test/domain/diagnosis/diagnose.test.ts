import { describe, expect, it } from "vitest";
import { diagnose } from "../../../functions/domain/diagnosis/diagnose.ts";
import type { Finding } from "../../../functions/domain/evidence.ts";
import type { Assessment, Verification } from "../../../functions/domain/rollback-document.ts";
import {
  aBlueprint,
  aChange,
  aFinding,
  anAssessment,
  aPodGroup,
  aRefusal,
  aVerification,
  aWorkloadState,
  GOOD_HASH,
} from "../../support/builders/index.ts";

const recovered = aVerification({ recovery: "recovered" });

function diagnosed(findings: readonly Finding[], assessment: Partial<Assessment> = {}, verification: Verification | null = recovered) {
  const evidence = { findings: [...findings], partial: [], archiveKey: null };
  return diagnose({ assessment: anAssessment({ evidence, ...assessment }), verification, target: aBlueprint().target });
}

describe("the diagnosis of what only the new release shows", () => {
  it("names cause and component, and is sure of it once the rollback has helped", () => {
    expect(diagnosed([aFinding()])).toMatchObject({
      class: "crash-loop",
      hypothesis: expect.stringMatching(/^container app crashes: it ends itself with exit code 1 \(the deploy of demo\/checkout:v2-slow/),
      confidence: "high",
      component: "container app of Deployment demo/checkout",
      evidence: { findings: [expect.objectContaining({ class: "crash-loop" })] },
    });
  });

  it.each([
    ["undecided", "medium"],
    ["not-recovered", "low"],
  ] as const)("after a recovery %s is of confidence %s", (recovery, confidence) => {
    expect(diagnosed([aFinding()], {}, aVerification({ recovery })).confidence).toBe(confidence);
  });

  it("of an escalation, where nothing was restored, is of medium confidence", () => {
    expect(diagnosed([aFinding()], {}, null).confidence).toBe("medium");
  });

  it("K8S-41: of a lowered limit names both limits and the one to write", () => {
    const finding = aFinding({ class: "out-of-memory", detail: "OOMKilled", subject: { limit: "64Mi", earlierLimit: "128Mi" } });
    const { hypothesis, recommendations } = diagnosed([finding]);

    expect(hypothesis).toContain("killed at its memory limit of 64Mi; the earlier release has 128Mi");
    expect(recommendations[0]).toEqual({
      priority: "high",
      action: "Give container app the earlier limit back: 128Mi instead of 64Mi",
      example: "resources: {limits: {memory: 128Mi}}",
    });
  });

  it("of memory under an unchanged limit looks for the leak before the limit", () => {
    const finding = aFinding({ class: "out-of-memory", detail: "OOMKilled", subject: { limit: "128Mi", earlierLimit: "128Mi" } });

    expect(diagnosed([finding]).recommendations.map(({ priority, action }) => `${priority} ${action}`)).toEqual([
      expect.stringMatching(/^high Find what needs more memory/),
      expect.stringMatching(/^medium Raise the limit/),
    ]);
  });

  it("K8S-43: of a missing file tells to add it to the repository and to the image", () => {
    const finding = aFinding({ class: "missing-config", subject: { object: "file", name: "./config/production.json" } });
    const { hypothesis, recommendations } = diagnosed([finding]);

    expect(hypothesis).toContain("container app does not find the file ./config/production.json");
    expect(recommendations).toEqual([
      expect.objectContaining({ priority: "high", example: "git add config/production.json" }),
      expect.objectContaining({ priority: "high", example: "COPY config/ ./config/" }),
      expect.objectContaining({ priority: "medium" }),
    ]);
  });

  it("K8S-44: of a missing permission prints the exact rule and where it goes", () => {
    const { hypothesis, recommendations } = diagnosed([aRefusal()]);

    expect(hypothesis).toContain("ServiceAccount demo/checkout may not list configmaps");
    expect(recommendations[0]).toEqual({
      priority: "high",
      action: "Add this rule to the Role of ServiceAccount demo/checkout in namespace demo",
      example: '{apiGroups: [""], resources: ["configmaps"], verbs: ["list"]}',
    });
    expect(recommendations[1]?.example).toBe("kubectl auth can-i list configmaps --as=system:serviceaccount:demo:checkout -n demo");
  });

  const rows: readonly (readonly [Partial<Finding> & Pick<Finding, "class">, RegExp, RegExp])[] = [
    [
      { class: "image", subject: { image: "demo/checkout:v9", cause: "not-found" } },
      /image demo\/checkout:v9 does not exist/,
      /docker manifest inspect demo\/checkout:v9/,
    ],
    [
      { class: "image", subject: { image: "123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/checkout:v9", cause: "not-found" } },
      /does not exist in its registry/,
      /aws ecr describe-images --repository-name shop\/checkout --region eu-west-1 --image-ids imageTag=v9/,
    ],
    [
      { class: "image", subject: { image: "123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/checkout:v9", cause: "denied" } },
      /may not be pulled by the nodes/,
      /get-repository-policy --repository-name shop\/checkout/,
    ],
    [{ class: "image", subject: { image: "demo/x", cause: "throttled" } }, /throttles pulls/, /pull-through-cache/],
    [
      { class: "image", subject: { image: "demo/x", cause: "unreachable" } },
      /cannot be reached from the nodes/,
      /manifest inspect demo\/x/,
    ],
    [
      { class: "missing-config", subject: { object: "ConfigMap", name: "settings", key: "url" } },
      /ConfigMap settings has no key url/,
      /kubectl describe configmap settings -n demo/,
    ],
    [
      { class: "missing-config", subject: { object: "Secret", name: "db" } },
      /Secret db does not exist/,
      /kubectl create secret generic db -n demo/,
    ],
    [
      { class: "missing-config", subject: { object: "environment variable", name: "MODE" } },
      /MODE is not set for container app/,
      /name: MODE/,
    ],
    [
      { class: "start", subject: { cause: "command", name: "/app/server" } },
      /has no command \/app\/server/,
      /command: \["\/app\/server"\]/,
    ],
    [{ class: "start", subject: { cause: "security" } }, /would run as root/, /USER 10001/],
    [{ class: "crash-loop", subject: { exitCode: 127 } }, /does not exist in the image/, /command -v/],
    [{ class: "crash-loop", subject: { exitCode: 137 } }, /killed from outside, and not for its memory/, /--env-file/],
    [
      { class: "probe", subject: { cause: "readiness", httpCode: 503, path: "/healthz", port: "8080" } },
      /readiness probe of container app fails with HTTP 503 at \/healthz on port 8080/,
      /localhost:8080\/healthz/,
    ],
    [{ class: "probe", subject: { cause: "liveness" } }, /liveness probe of container app fails/, /startupProbe/],
    [
      { class: "readiness-gate", subject: { name: "target-health.elbv2.k8s.aws/x" } },
      /load balancer does not find the pods healthy/,
      /describe-target-health/,
    ],
    [{ class: "scheduling", subject: { lack: "memory" } }, /no node takes the pod \(memory\)/, /maxSurge: 0/],
    [
      { class: "quota", pods: 0, subject: { quota: "team", lack: "pods=1 with pods=8 of pods=8 used" } },
      /quota team leaves no room/,
      /resourcequota team -n demo/,
    ],
    [
      { class: "admission", pods: 0, subject: { cause: "policy", name: "restricted" } },
      /PodSecurity policy restricted refuses/,
      /runAsNonRoot/,
    ],
    [
      { class: "admission", pods: 0, subject: { cause: "webhook", name: "policy.example.com" } },
      /webhook policy.example.com refuses/,
      /webhookconfigurations/,
    ],
    [
      { class: "admission", pods: 0, subject: { cause: "serviceaccount", serviceAccount: "app" } },
      /ServiceAccount app does not exist/,
      /kubectl create serviceaccount app -n demo/,
    ],
    [{ class: "no-progress", pods: 0 }, /makes no progress/, /kubectl describe deployment\/checkout -n demo/],
  ];

  it.each(rows)("K8S-37: of %j is %s, and what to do is %s", (finding, hypothesis, example) => {
    const result = diagnosed([aFinding({ subject: undefined, ...finding })]);

    expect(result.class).toBe(finding.class);
    expect(result.hypothesis).toMatch(hypothesis);
    expect(result.recommendations.map((one) => one.example).join("\n")).toMatch(example);
    expect(result.recommendations[0]?.priority).toBe("high");
  });
});

describe("the diagnosis of what both releases show", () => {
  const both = [aFinding(), aFinding({ templateHash: GOOD_HASH, pods: 2 })];
  const pods = [aPodGroup({ failing: 3, ready: 0 }), aPodGroup({ templateHash: GOOD_HASH, total: 3, failing: 2, ready: 1 })];

  it("K8S-37: is not the deploy: a rollback does not help, confidence is low although the service recovered, and it says so", () => {
    expect(diagnosed(both, { workload: aWorkloadState({ pods }) })).toMatchObject({
      class: "crash-loop",
      hypothesis: expect.stringContaining(
        "pods of the earlier release fail the same way, so the deploy is not the cause and a rollback does not help",
      ),
      confidence: "low",
      recommendations: expect.arrayContaining([
        expect.objectContaining({ action: expect.stringContaining("what both releases depend on") }),
      ]),
    });
  });

  it("blames the deploy all the same when one of many earlier pods fails", () => {
    const one = [aFinding(), aFinding({ templateHash: GOOD_HASH, pods: 1 })];

    expect(diagnosed(one, { workload: aWorkloadState({ pods }) })).toMatchObject({ confidence: "high" });
  });

  it("is not shared when the earlier release fails for another reason", () => {
    const other = [aFinding(), aFinding({ class: "probe", templateHash: GOOD_HASH, pods: 3 })];

    expect(diagnosed(other, { workload: aWorkloadState({ pods }) })).toMatchObject({ class: "crash-loop", confidence: "high" });
  });

  it("is somebody else's when only the earlier release shows it", () => {
    expect(diagnosed([aFinding({ templateHash: GOOD_HASH })])).toMatchObject({
      hypothesis: expect.stringContaining("only pods of the earlier release fail"),
      confidence: "low",
    });
  });

  it.each([
    aFinding({ class: "node-pressure", container: null, subject: { lack: "memory" } }),
    aFinding({ class: "start", container: null, subject: { cause: "sandbox" } }),
  ])("is the infrastructure's when a node did it ($class)", (finding) => {
    expect(diagnosed([finding])).toMatchObject({ confidence: "low", hypothesis: expect.stringContaining("that is the infrastructure's") });
  });
});

describe("the diagnosis where no pod fails", () => {
  it("of a deploy is performance when it is slower, with the figures", () => {
    expect(diagnosed([])).toMatchObject({
      class: "regression",
      hypothesis: expect.stringMatching(/is slower, although its pods are healthy: latency_p95 \d+% increase \(/),
      confidence: "high",
    });
  });

  it("of a deploy is logic when it fails more", () => {
    const signals = [{ signal: "error_rate", unit: "%" as const, before: 0.2, during: 12 }];

    expect(diagnosed([], { signals }).hypothesis).toContain("fails more, although its pods are healthy: error_rate");
  });

  it("K8S-42: of a scale-down is the capacity, also when too few pods die of the load: there is no new version", () => {
    const change = aChange({ kind: "scale", fromReplicas: 3, toReplicas: 2 });

    expect(diagnosed([aFinding({ class: "out-of-memory" })], { change })).toMatchObject({
      class: "capacity",
      hypothesis: expect.stringContaining("insufficient capacity after the scale"),
      recommendations: [
        { priority: "medium", action: expect.stringContaining("the load needed 3"), example: "spec.scaling.min_replicas: 3" },
      ],
    });
  });

  it("of a scale-up is what the further replicas met", () => {
    const change = aChange({ kind: "scale", fromReplicas: 3, toReplicas: 9 });

    expect(diagnosed([], { change }).hypothesis).toContain("9 replicas are more than the service's dependencies or nodes carry");
  });

  it("of a configuration change is that change, and its symptom where pods show one", () => {
    const change = aChange({ kind: "config", parts: ["ConfigMap checkout-settings"] });

    expect(diagnosed([], { change })).toMatchObject({
      class: "configuration",
      hypothesis: expect.stringContaining("does not work with the change of ConfigMap checkout-settings"),
    });
    expect(diagnosed([aFinding()], { change })).toMatchObject({
      class: "crash-loop",
      recommendations: expect.arrayContaining([
        expect.objectContaining({ action: expect.stringContaining("Compare ConfigMap checkout-settings") }),
      ]),
    });
  });

  it.each(["leftover", "held"] as const)("of a change %s is none", (kind) => {
    expect(diagnosed([aFinding()], { change: aChange({ kind }) })).toMatchObject({
      class: "unknown",
      confidence: "low",
      recommendations: [],
    });
  });

  it("of nothing at all is unknown, and our own missing permissions are no cause", () => {
    const ours = aFinding({ class: "our-rbac", templateHash: null, container: null, pods: 0 });

    expect(diagnosed([ours], { change: null })).toMatchObject({ class: "unknown", confidence: "low" });
  });
});
