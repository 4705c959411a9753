import { describe, expect, it } from "vitest";
import { TransientUpstreamError } from "../../functions/domain/errors.ts";
import { gatherEvidence, mergedEvidence } from "../../functions/runtime/incident-evidence.ts";
import { aBlueprint, aFailingPod, aFinding, aWorkloadState, GOOD_HASH, INCIDENT_ID } from "../support/builders/index.ts";
import { FakeEvidence } from "../support/fakes/fake-evidence.ts";
import { InMemoryArchive } from "../support/fakes/in-memory-archive.ts";

const owner = { service: "checkout", incidentId: INCIDENT_ID };
const KEY = `evidence/checkout/${INCIDENT_ID}.json`;

function scene() {
  const evidence = new FakeEvidence();
  evidence.quick = { pods: [aFailingPod()] };
  evidence.thorough = { pods: [], nodes: [{ name: "node-1", conditions: [] }] };
  const archive = new InMemoryArchive();
  const gather = (depth: "quick" | "thorough", ports: Partial<Parameters<typeof gatherEvidence>[0]> = {}) =>
    gatherEvidence(
      { evidence, archive, ...ports },
      { target: aBlueprint().target, workload: aWorkloadState(), since: new Date(0), depth },
      owner,
    );
  const kept = () => JSON.parse(archive.stored.get(KEY) ?? "null");
  return { evidence, archive, gather, kept };
}

describe("gathering evidence", () => {
  it("archives everything under the incident's key, and hands on what travels: findings and the key", async () => {
    const { gather, kept } = scene();
    const summary = await gather("quick");

    expect(summary).toEqual({ findings: [expect.objectContaining({ class: "crash-loop", pods: 1 })], partial: [], archiveKey: KEY });
    expect(kept()).toMatchObject({ schema: 1, ...owner, collections: [{ depth: "quick", pods: [{ name: aFailingPod().name }] }] });
  });

  it("may be done twice: a later look is put beside the first one, which has the pods that are gone by now", async () => {
    const { archive, gather, kept } = scene();
    for (const depth of ["quick", "quick", "thorough", "thorough"] as const) await gather(depth);

    expect([...archive.stored.keys()]).toEqual([KEY]);
    expect(kept().collections).toMatchObject([
      { depth: "quick", pods: [{}] },
      { depth: "thorough", nodes: [{ name: "node-1" }] },
    ]);
  });

  it("overwrites nothing that it cannot read", async () => {
    const { archive, gather } = scene();
    archive.stored.set(KEY, "{ not ours");
    const summary = await gather("thorough");

    expect(archive.stored.get(KEY)).toBe("{ not ours");
    expect(summary).toMatchObject({ archiveKey: null, partial: [expect.stringMatching(/^archive: /)] });
  });

  it("goes on when the archive fails, and says so", async () => {
    const { gather, archive } = scene();
    const broken = {
      get: (key: string) => archive.get(key),
      remove: (key: string) => archive.remove(key),
      put: async () => {
        throw new TransientUpstreamError("s3:PutObject was answered 503 with token=hunter2");
      },
    };

    expect(await gather("quick", { archive: broken })).toMatchObject({
      findings: [{ class: "crash-loop" }],
      archiveKey: null,
      partial: ["archive: s3:PutObject was answered 503 with token=[redacted]"],
    });
  });

  it("does not wait for an archive that never answers", async () => {
    const { gather } = scene();
    const never = () => new Promise<never>(() => undefined);
    const silent = { get: never, put: never, remove: never };

    expect((await gather("quick", { archive: silent })).partial).toEqual(["archive: no answer within 2 s"]);
  }, 10_000);

  it("says when no archive is configured, and what could not be read", async () => {
    const { evidence, gather } = scene();
    evidence.quick = { gaps: [{ what: "log of a", why: "no answer within 1 s", permission: false }] };

    expect((await gather("quick", { archive: null })).partial).toEqual(["log of a: no answer within 1 s", "archive: none is configured"]);
  });
});

describe("merged evidence", () => {
  it("keeps what was found first, and adds what only the second look found", () => {
    const first = { findings: [aFinding()], partial: ["log of a: late"], archiveKey: KEY };
    const second = {
      findings: [aFinding({ pods: 1, detail: "later" }), aFinding({ templateHash: GOOD_HASH })],
      partial: ["node n: 403", "log of a: late"],
      archiveKey: null,
    };

    expect(mergedEvidence(first, second)).toEqual({
      findings: [aFinding(), aFinding({ templateHash: GOOD_HASH })],
      partial: ["log of a: late", "node n: 403"],
      archiveKey: KEY,
    });
    expect(mergedEvidence(undefined, second)).toEqual(second);
  });
});
