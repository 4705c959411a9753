import { describe, expect, it } from "vitest";
import type { Blueprint } from "../../functions/domain/blueprint.ts";
import { aBlueprint, aFreeze, aPastRollback, aRollbackInput, INCIDENT_ID, MOMENTS, secondsAfter } from "../support/builders/index.ts";
import { play } from "../support/machine/play.ts";
import { runRollback } from "../support/machine/run-rollback.ts";
import { aScene, type SceneOptions } from "../support/machine/scene.ts";

type Scene = ReturnType<typeof aScene>;

/** A scene with a past, played to its end. */
async function playAfter(past: (scene: Scene) => Promise<void> | void, options: SceneOptions = {}) {
  const scene = aScene(options);
  await past(scene);
  const result = await runRollback(scene.ports, scene.input, { onWait: scene.onWait });
  return { ...scene, result, incident: await scene.store.read(scene.input.incidentId) };
}

const urgent = (overrides: Partial<Blueprint> = {}): Blueprint =>
  aBlueprint({ triggers: aBlueprint().triggers.map((trigger) => ({ ...trigger, severity: "critical" as const })), ...overrides });
const openBreaker = async ({ store }: Scene) => {
  for (const n of [1, 2, 3]) {
    const rollback = aPastRollback({ incidentId: `inc-${n}`, service: `other-${n}`, outcome: "failed" });
    store.governance.writeClosing(
      { service: rollback.service, id: rollback.incidentId, closedAt: secondsAfter(MOMENTS.openedAt, -100) },
      { rollback, approved: false, freezes: [] },
    );
  }
};

describe("what a rollback leaves for the next one", () => {
  it("is its outcome, from when to where", async () => {
    const { store } = await play();

    expect(store.governance.rollbacksOf("checkout")).toEqual([
      {
        incidentId: INCIDENT_ID,
        service: "checkout",
        at: expect.stringMatching(/^2026-11-20T03:12:4/),
        outcome: "recovered",
        from: expect.stringMatching(/^template 7c9f8e5d21$/),
        to: expect.stringMatching(/^template 6d4b75cb6d$/),
      },
    ]);
    expect((await store.governance.breaker(new Date(MOMENTS.closedAt))).failures).toEqual([]);
    expect(await store.governance.freezes(new Date(MOMENTS.closedAt))).toEqual([]);
  });

  it("is a failure for the breaker when it did not help", async () => {
    const { store, result } = await play({ recovers: false });

    expect(result.failure?.name).toBe("not-recovered");
    expect(store.governance.rollbacksOf("checkout")).toMatchObject([{ outcome: "failed" }]);
    expect((await store.governance.breaker(new Date(MOMENTS.closedAt))).failures).toMatchObject([{ incidentId: INCIDENT_ID }]);
  });

  it("is a freeze of an hour after an immediate one, of the service or of its group", async () => {
    const alone = await play({ blueprint: urgent() });
    const policy = { ...aBlueprint().policy, group: { name: "shop", dependsOn: [] } };
    const together = await play({ blueprint: urgent({ policy }) });
    const at = new Date(MOMENTS.closedAt);

    const [freeze] = await alone.store.governance.freezes(at);
    expect(freeze).toMatchObject({ scope: "service", name: "checkout", incidentId: INCIDENT_ID, security: false });
    expect(freeze?.until).toBe(secondsAfter(freeze?.since ?? "", 3600));
    expect(await together.store.governance.freezes(at)).toMatchObject([{ scope: "group", name: "shop" }]);
  });

  it("is nothing where nothing was written", async () => {
    const { store } = await play({ blueprint: urgent({ mode: "observe" }) });

    expect(store.governance.rollbacksOf("checkout")).toEqual([]);
    expect(await store.governance.freezes(new Date(MOMENTS.closedAt))).toEqual([]);
  });

  it("is a place given back, where the plan was allowed and nothing was written", async () => {
    const { store, workload } = await playAfter(({ store: itsStore, clock }) => {
      // turned off between the decision and the first write
      const reserve = itsStore.governance.reserve.bind(itsStore.governance);
      itsStore.governance.reserve = async (...parameters) => {
        await itsStore.writeSwitch({ state: "off", by: "ada", reason: "wait", at: clock.now().toISOString() });
        return await reserve(...parameters);
      };
    });

    expect(workload.writes).toEqual([]);
    expect(store.governance.rollbacksOf("checkout")).toEqual([]);
  });
});

describe("the past", () => {
  it("of an open breaker leads to a question instead of a write", async () => {
    const { result, workload, approvals } = await playAfter(openBreaker);

    expect(result.visited).toContain("RequestApproval");
    expect(result.visited).not.toContain("ExecuteStep");
    expect(workload.writes).toEqual([]);
    expect(await approvals.latest(INCIDENT_ID)).not.toBeNull();
  });

  it("is shown in mode observe, which goes on to what it would have applied and asks nobody", async () => {
    const { result, incident, workload } = await playAfter(openBreaker, { blueprint: aBlueprint({ mode: "observe" }) });

    expect(result.failure).toBeNull();
    expect(result.visited).toContain("ExecuteStep");
    expect(result.visited).not.toContain("RequestApproval");
    expect(incident?.meta).toMatchObject({
      outcome: "observed",
      record: { plan: { mode: "observe", governance: { verdict: "needs-approval", rule: "breaker" } } },
    });
    expect(workload.writes).toEqual([]);
  });

  it("of a freeze keeps no rollback back", async () => {
    const { result, incident } = await playAfter(({ store }) =>
      store.governance.freeze(aFreeze({ scope: "all", name: null, incidentId: null })),
    );

    expect(result.failure).toBeNull();
    expect(incident?.meta.record?.plan?.reasons.at(-1)).toMatch(/^every service is frozen by rollguard: .* a rollback does not$/);
  });

  it("is asked anew by a retry, which finds its own place taken and takes no other", async () => {
    const { store, result } = await playAfter(async ({ store: itsStore }) => {
      await itsStore.governance.reserve(
        aPastRollback({ incidentId: aRollbackInput().incidentId, at: MOMENTS.assessedAt, outcome: "open" }),
        null,
      );
    });

    expect(result.failure).toBeNull();
    expect(store.governance.rollbacksOf("checkout")).toMatchObject([{ incidentId: INCIDENT_ID, outcome: "recovered" }]);
  });

  it("of others who were faster by a moment leads to a question", async () => {
    const { result, incident } = await playAfter(({ store }) => {
      store.governance.reserve = async () => "lost";
    });

    expect(result.visited).not.toContain("ExecuteStep");
    expect(incident?.meta.record?.plan?.governance).toMatchObject({ verdict: "needs-approval", rule: "rate" });
    expect(incident?.meta.record?.plan?.governance.checks.find(({ rule }) => rule === "rate")).toMatchObject({
      outcome: "fail",
      observed: "others have taken the last places of this hour",
    });
  });
});

describe("the verdict", () => {
  it("says when it was given, with which policy and about which plan", async () => {
    const first = await play();
    const again = await play();
    const other = await play({ blueprint: aBlueprint({ rollback: { ...aBlueprint().rollback, maxAttempts: 2 } }) });
    const stampOf = ({ incident }: typeof first) => incident?.meta.record?.plan?.governance;

    expect(stampOf(first)).toMatchObject({
      at: expect.stringMatching(/^2026-/),
      planHash: expect.stringMatching(/^[0-9a-f]{12}$/),
      policyHash: expect.stringMatching(/^[0-9a-f]{12}$/),
    });
    expect(stampOf(again)).toEqual(stampOf(first));
    expect(stampOf(other)?.policyHash).not.toBe(stampOf(first)?.policyHash);
  });
});
