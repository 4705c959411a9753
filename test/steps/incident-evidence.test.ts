import { describe, expect, it } from "vitest";
import type { Assessment } from "../../functions/domain/rollback-document.ts";
import { assessIncident } from "../../functions/steps/assess-incident/step.ts";
import { diagnoseCause } from "../../functions/steps/diagnose-cause/step.ts";
import { openIncident } from "../../functions/steps/open-incident/step.ts";
import {
  aFailingPod,
  aPlan,
  aReleaseObservation,
  aRollbackInput,
  aRollbackTrigger,
  aVerification,
  BAD_HASH,
  INCIDENT_ID,
  MOMENTS,
} from "../support/builders/index.ts";
import { silentLogger } from "../support/fakes/silent-logger.ts";
import { play } from "../support/machine/play.ts";
import { aScene, type SceneOptions } from "../support/machine/scene.ts";

const REFUSED =
  'configmaps is forbidden: User "system:serviceaccount:demo:checkout" cannot list resource "configmaps" in API group "" in the namespace "demo"';
const KEY = `evidence/checkout/${INCIDENT_ID}.json`;
const refused = {
  pods: [aFailingPod({}, { waiting: null, end: null, running: true })],
  logs: [{ pod: aFailingPod().name, templateHash: BAD_HASH, container: "app", previous: false, lines: [REFUSED] }],
};

async function assessed(options: SceneOptions & { readonly input?: ReturnType<typeof aRollbackInput> } = {}, quick: object = refused) {
  const scene = aScene(options);
  scene.evidence.quick = quick;
  const opening = await openIncident(scene.ports)(scene.input, { logger: silentLogger });
  scene.clock.set(MOMENTS.assessedAt);
  const assessment: Assessment = await assessIncident(scene.ports)({ ...scene.input, opening }, { logger: silentLogger });
  return { scene, opening, assessment };
}

describe("assessing", () => {
  it("gathers evidence of the last hour while the bad pods are there, and hands findings and archive key on", async () => {
    const { scene, assessment } = await assessed();

    expect(scene.evidence.requests).toMatchObject([
      { depth: "quick", since: new Date("2026-11-20T02:12:41.460Z"), workload: { templateHash: BAD_HASH } },
    ]);
    expect(assessment.evidence).toMatchObject({ archiveKey: KEY, partial: [], findings: [{ class: "app-rbac" }, { class: "probe" }] });
    expect(scene.archive.stored.get(KEY)).toContain("cannot list resource");
  });

  it("K8S-44: rolls a new image back that asks for what its Role never allowed, and escalates when the release was good with that Role", async () => {
    const goodBefore = aReleaseObservation({ templateHash: BAD_HASH, firstSeenAt: MOMENTS.changeAt, liveSince: MOMENTS.changeAt });

    expect((await assessed()).assessment.decision).toBe("roll-back");
    expect((await assessed({ observations: [aReleaseObservation(), goodBefore] })).assessment.decision).toBe("escalate");
  });

  it("asks for no evidence where there is nothing to diagnose: no workload, or a leftover to mend", async () => {
    const gone = await assessed({ workload: null });
    const mend = await assessed({ input: aRollbackInput({ trigger: aRollbackTrigger({ kind: "mend", alarmName: null }) }) });

    expect([gone.scene.evidence.requests, mend.scene.evidence.requests]).toEqual([[], []]);
    expect(gone.assessment.evidence).toBeUndefined();
  });
});

describe("diagnosing", () => {
  it("looks closer at the release that was assessed, and draws the cause from both looks", async () => {
    const { scene, opening, assessment } = await assessed({}, {});
    scene.evidence.thorough = {
      nodes: [{ name: "n1", conditions: [{ type: "MemoryPressure", status: "True", reason: "", message: "low" }] }],
      ...refused,
    };
    const slices = { opening, assessment, plan: aPlan(), verification: aVerification() };
    const diagnosis = await diagnoseCause(scene.ports)({ ...scene.input, ...slices }, { logger: silentLogger });

    expect(scene.evidence.requests.map(({ depth, workload }) => [depth, workload.templateHash])).toEqual([
      ["quick", BAD_HASH],
      ["thorough", BAD_HASH],
    ]);
    expect(diagnosis).toMatchObject({
      class: "app-rbac",
      component: "container app of Deployment demo/checkout",
      evidence: { archiveKey: KEY },
    });
    expect(diagnosis.evidence?.findings.map((finding) => finding.class)).toEqual(["app-rbac", "probe", "node-pressure"]);
    expect(JSON.parse(scene.archive.stored.get(KEY) ?? "{}").collections).toHaveLength(2);
  });
});

describe("a whole run", () => {
  it("K8S-44: that escalates tells cause and rule in its record all the same", async () => {
    const goodBefore = aReleaseObservation({ templateHash: BAD_HASH, firstSeenAt: MOMENTS.changeAt, liveSince: MOMENTS.changeAt });
    const { result, incident } = await play({ observations: [aReleaseObservation(), goodBefore], evidence: refused });

    expect(result.failure?.name).toBe("escalated");
    expect(incident?.meta.summary).toContain('{apiGroups: [""], resources: ["configmaps"], verbs: ["list"]}');
    expect(incident?.meta.record?.diagnosis).toMatchObject({ class: "app-rbac", confidence: "medium" });
  });
});
