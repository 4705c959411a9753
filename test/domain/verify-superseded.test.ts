import { describe, expect, it } from "vitest";
import { verify } from "../../functions/domain/verify.ts";
import { aConfig, aPlanStep, aPlanTarget, BAD_HASH, BAD_IMAGE, GOOD_HASH, GOOD_IMAGE } from "../support/builders/index.ts";
import { assessment, facts, plan, progress, restored } from "./support/verification-facts.ts";

const DIGEST_IMAGE = `demo/checkout@sha256:${"1".repeat(64)}`;
const targeting = (target: Parameters<typeof aPlanTarget>[0]) => ({
  ...plan,
  steps: plan.steps.map((step) => (step.id === progress.stepId ? { ...step, target: aPlanTarget(target) } : step)),
});
const withPods = (templateHash: string, image: string) => ({
  ...restored,
  templateHash,
  image,
  pods: restored.pods.map((group) => ({ ...group, templateHash })),
});

describe("whose template is live after a restore", () => {
  it("is ours when only another container's image was written by digest: the hash is a new one", () => {
    const step = targeting({ images: { sidecar: DIGEST_IMAGE } });

    expect(verify(facts({ plan: step, workload: withPods("new-hash", GOOD_IMAGE) }))).toMatchObject({ recovery: "recovered" });
  });

  it.each([
    ["the suspect runs the same image by digest", { image: DIGEST_IMAGE }, DIGEST_IMAGE],
    ["the suspect runs the same image, and the good ReplicaSet is gone", { templateHash: "gone", image: BAD_IMAGE }, BAD_IMAGE],
    ["only the content behind the tag differs", { templateHash: BAD_HASH, image: BAD_IMAGE, images: { app: DIGEST_IMAGE } }, BAD_IMAGE],
    [
      "only the content behind another container's tag differs",
      { templateHash: BAD_HASH, image: BAD_IMAGE, images: { sidecar: DIGEST_IMAGE } },
      BAD_IMAGE,
    ],
  ])("is not ours when the suspect is live again, where %s", (_where, target, image) => {
    const result = verify(facts({ plan: targeting(target), workload: withPods(BAD_HASH, image) }));

    expect(result).toMatchObject({
      next: "next-step",
      nextStepId: "restore-strategy",
      recovery: "undecided",
      reason: expect.stringContaining(`template is ${BAD_HASH}`),
    });
  });

  it("is not ours when another image is live after pods were only started anew", () => {
    const action = { kind: "restore-config" as const, configs: [{ ...aConfig(), fromHash: "d2" }], restart: true };
    const step = aPlanStep({ id: "restore-config-1", kind: "restore-config", action, target: null });
    const look = {
      plan: { ...plan, steps: [step] },
      assessment: { ...assessment, workload: withPods(GOOD_HASH, GOOD_IMAGE) },
      progress: { ...progress, stepId: step.id },
      previous: null,
      confirmation: { verdict: "proven" as const, reason: "the earlier content is there" },
    };

    expect(verify(facts({ ...look, workload: withPods("restarted", GOOD_IMAGE) }))).toMatchObject({ next: "keep-watching" });
    expect(verify(facts({ ...look, workload: withPods("fixed", "demo/checkout:v3") }))).toMatchObject({
      next: "escalate",
      reason: expect.stringContaining("demo/checkout:v3"),
    });
  });
});

describe("a template that is refused after its configuration came back", () => {
  it("is told with what is half done", () => {
    const target = aPlanTarget({ releaseHash: "a1b2c3d4e5f6" });
    const action = { kind: "restore-config" as const, configs: [{ ...aConfig(), fromHash: "d2" }], restart: false };
    const config = aPlanStep({ id: "restore-config-1", kind: "restore-config", action, target });
    const steps = [config, ...targeting(target).steps];
    const refused = { ...progress, stepIndex: 1, outcome: "refused" as const, reason: "the API server denied the write" };

    expect(verify(facts({ plan: { ...plan, steps }, progress: refused })).reason).toBe(
      "the API server denied the write; the earlier content of ConfigMap app-settings is back already, and the template that belongs to it is not",
    );
    expect(verify(facts({ plan: targeting(target), progress: { ...refused, stepIndex: 0 } })).reason).toBe(
      "the API server denied the write",
    );
  });
});
