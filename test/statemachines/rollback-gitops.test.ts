import { describe, expect, it } from "vitest";
import {
  aBlueprint,
  aGitopsState,
  aManualTrigger,
  aRollbackInput,
  aWorkloadState,
  BAD_HASH,
  BAD_IMAGE,
  GOOD_HASH,
  GOOD_IMAGE,
} from "../support/builders/index.ts";
import { runRollback } from "../support/machine/run-rollback.ts";
import { aScene, type SceneOptions } from "../support/machine/scene.ts";

const owner = { kind: "argo-cd", ref: "checkout" } as const;

function anOwnedScene(options: SceneOptions = {}) {
  return aScene({ workload: aWorkloadState({ owner }), gitops: aGitopsState(), ...options });
}

async function run(scene: ReturnType<typeof aScene>, onWait = scene.onWait) {
  const result = await runRollback(scene.ports, scene.input, { onWait });
  const incident = await scene.store.read(scene.input.incidentId);
  return { result, meta: incident?.meta, kinds: scene.actions.applied.map(({ action }) => action.kind) };
}

describe("a bad release that a GitOps controller applied (K8S-30)", () => {
  it("is held, taken back and watched, and the record says what to commit", async () => {
    const scene = anOwnedScene();
    scene.actions.answer("hold-gitops", { verdict: "proven", reason: "Application argocd/checkout is held", held: true });
    scene.actions.answer("watch-drift", { verdict: "proven", reason: "Application argocd/checkout is held", held: true });

    const { result, meta, kinds } = await run(scene);

    expect(result.failure).toBeNull();
    expect(kinds).toEqual(["hold-gitops", "watch-drift", "quarantine-replica-set"]);
    expect(scene.workload.writes.map((write) => ("owned" in write ? [write.kind, write.owned] : [write.kind]))).toEqual([
      ["restore-template", "held"],
      ["restore-strategy"],
    ]);
    expect(meta).toMatchObject({ outcome: "recovered", record: { verification: { held: true, recovery: "recovered" } } });
    expect(meta?.summary).toContain(
      `Application argocd/checkout is held: commit ${GOOD_IMAGE} to https://git.example/shop deploy/checkout@main, then run rollguard resume checkout`,
    );
  });

  it("is taken back without a hold where the hold is refused, and the record says that it is not held", async () => {
    const scene = anOwnedScene();
    scene.actions.refuse("hold-gitops", "applications.argoproj.io is forbidden");
    scene.actions.answer("watch-drift", { verdict: "proven", reason: "Application argocd/checkout has re-applied nothing", held: false });

    const { meta } = await run(scene);

    expect(scene.workload.state?.templateHash).toBe(GOOD_HASH);
    expect(meta).toMatchObject({ outcome: "recovered", record: { verification: { held: false } } });
    expect(meta?.summary).toContain("is not held and may bring the bad version back");
  });

  it("that the controller brings back while it is watched is no recovery, but bad all the same", async () => {
    const scene = anOwnedScene({ gitops: aGitopsState({ intervalSeconds: 60 }) });
    const { result, meta } = await run(scene, (seconds) => {
      scene.onWait(seconds);
      const restored = scene.workload.writes.some(({ kind }) => kind === "restore-strategy");
      if (restored && scene.workload.state?.templateHash === GOOD_HASH) scene.workload.change({ templateHash: BAD_HASH, image: BAD_IMAGE });
    });

    expect(result.failure).toMatchObject({ name: "not-recovered" });
    expect(result.failure?.cause).toContain("GitOps reverted us: template");
    expect(meta?.outcome).toBe("not-recovered");
    const verdicts = (await scene.ledger.observations("checkout")).map((one) => [one.templateHash, one.verdict]);
    expect(verdicts).toContainEqual([BAD_HASH, "bad"]);
  });

  it("whose hold is taken back is watched to the end and told", async () => {
    const scene = anOwnedScene();
    scene.actions.answer("hold-gitops", { verdict: "proven", reason: "held", held: true });
    scene.actions.answer("watch-drift", {
      verdict: "inconclusive",
      reason: "the hold of Application argocd/checkout was taken back",
      held: false,
    });

    const { meta } = await run(scene);

    expect(meta).toMatchObject({ outcome: "recovered", record: { verification: { held: false } } });
    expect(meta?.summary).toContain("is not held");
  });

  it("is left alone in observe mode: nothing is held and nothing written", async () => {
    const scene = anOwnedScene({ blueprint: aBlueprint({ mode: "observe" }) });

    const { meta, kinds } = await run(scene);

    expect(meta).toMatchObject({ outcome: "observed" });
    expect(meta?.summary).toContain(GOOD_IMAGE);
    expect(kinds).toEqual([]);
    expect(scene.workload.writes).toEqual([]);
  });
});

describe("a resume", () => {
  const input = aRollbackInput({ trigger: aManualTrigger({ kind: "resume", reason: "the revert is merged" }) });
  const held = aGitopsState({ held: true, heldBy: "rg-1", wanted: { revision: "new", atHold: "old", images: [], sameAsLive: true } });
  const workload = aWorkloadState({ owner, templateHash: GOOD_HASH, image: GOOD_IMAGE });

  it("gives the workload back, judges nothing and marks nothing bad", async () => {
    const scene = anOwnedScene({ input, gitops: held, workload });
    scene.actions.answer("resume-gitops", {
      verdict: "proven",
      reason: "Application argocd/checkout has its own settings again",
      held: false,
    });

    const { result, meta, kinds } = await run(scene);

    expect(result.failure).toBeNull();
    expect(kinds).toEqual(["resume-gitops"]);
    expect(scene.workload.writes).toEqual([]);
    expect(meta?.summary).toBe("checkout: Application argocd/checkout has its own settings again; the service itself was not judged");
    expect((await scene.ledger.observations("checkout")).some(({ verdict }) => verdict === "bad")).toBe(false);
  });

  it("is refused while the source wants the release that was rolled back", async () => {
    const scene = anOwnedScene({ input, workload, gitops: { ...held, wanted: { ...held.wanted, revision: "old", sameAsLive: false } } });

    const { result, kinds } = await run(scene);

    expect(result.failure).toMatchObject({ name: "escalated" });
    expect(result.failure?.cause).toContain("still at revision old");
    expect(kinds).toEqual([]);
  });

  it("of a workload that nobody else writes has nothing to do", async () => {
    const scene = aScene({ input });

    const { meta, kinds } = await run(scene);

    expect(meta?.outcome).toBe("stand-down");
    expect(kinds).toEqual([]);
  });
});
