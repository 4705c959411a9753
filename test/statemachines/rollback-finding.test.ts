import { describe, expect, it } from "vitest";
import { sha256Hex } from "../../functions/adapters/aws/sha256-hex.ts";
import type { FindingPolicy } from "../../functions/domain/blueprint.ts";
import type { RollbackInput } from "../../functions/domain/rollback-document.ts";
import { startRollback } from "../../functions/entry/start-rollback/start-rollback.ts";
import { aBlueprint, aReleaseObservation, BAD_HASH, GOOD_HASH, MOMENTS } from "../support/builders/index.ts";
import { aRelease, aSnapshot, GOOD_DIGEST, releaseParts } from "../support/builders/release.ts";
import { aFindingEvent, FOUND_DIGEST, type SampleEvent } from "../support/events/finding-events.ts";
import { FakeStarter } from "../support/fakes/fake-starter.ts";
import { InMemoryWouldHaves } from "../support/fakes/in-memory-would-haves.ts";
import { silentLogger } from "../support/fakes/silent-logger.ts";
import { runRollback } from "../support/machine/run-rollback.ts";
import { aScene } from "../support/machine/scene.ts";

const findings: FindingPolicy = { sources: ["guardduty", "inspector", "security-hub"], minimumSeverity: "high" };
const observedBad = aReleaseObservation({
  templateHash: BAD_HASH,
  liveSince: MOMENTS.changeAt,
  lastSeenAt: MOMENTS.alarmAt,
  verdict: "candidate",
});
const badParts = releaseParts({ templateHash: BAD_HASH, images: [{ container: "app", image: "shop/checkout:v2", digest: FOUND_DIGEST }] });

/** The release of tonight is live and well by its alarms; then an event comes, through the starter and the machine as they are. */
async function arrives(event: SampleEvent, prepare: (scene: ReturnType<typeof aScene>) => unknown = () => {}) {
  const blueprint = aBlueprint({ findings });
  const scene = aScene({ blueprint, observations: [aReleaseObservation(), observedBad] });
  scene.metrics.setMetric("Latency", 120);
  const allIsCalm = () => {
    for (const { alarmName } of blueprint.triggers) scene.metrics.setAlarm({ alarmName, state: "OK", since: MOMENTS.goodReleaseAt });
  };
  allIsCalm();
  scene.ledger.seedReleases(aRelease(), aRelease({ hash: "b", verdict: "candidate", lastSeenAt: MOMENTS.alarmAt, parts: badParts }));
  scene.snapshots.described.set("checkout", aSnapshot({ parts: badParts }));
  prepare(scene);
  const starter = new FakeStarter();
  const ports = { ...scene.ports, starter, wouldHaves: new InMemoryWouldHaves(), sha256: sha256Hex };
  const start = startRollback({ ...ports, sources: ["aws.cloudwatch"], home: "us-east-1:123456789012" });
  await start(event, { logger: silentLogger });
  await start(event, { logger: silentLogger });
  const [input] = starter.started;
  if (input === undefined || starter.started.length > 1) throw new Error(`${starter.started.length} executions`);
  const onWait = (seconds: number) => {
    scene.onWait(seconds);
    allIsCalm();
  };
  const result = await runRollback(scene.ports, input as RollbackInput, { onWait });
  return { ...scene, result, input, incident: await scene.store.read(input.incidentId) };
}

describe("a finding of GuardDuty", () => {
  it("rolls the release back at once, freezes releases and calls the security team", async () => {
    const { result, incident, workload, input, ports, clock } = await arrives(aFindingEvent("guardduty-eks-audit"));

    expect(result.failure).toBeNull();
    expect(workload.state?.templateHash).toBe(GOOD_HASH);
    expect(incident?.meta).toMatchObject({ outcome: "recovered", severity: "high", trigger: { kind: "finding" } });
    expect(incident?.meta.record?.plan).toMatchObject({
      strategy: "immediate",
      why: expect.stringContaining("class security, severity high"),
    });
    const { freezes } = await ports.governance.read("checkout", null, "another", clock.now());
    expect(freezes).toEqual([
      expect.objectContaining({ scope: "service", name: "checkout", security: true, incidentId: input.incidentId }),
    ]);
    expect(incident?.escalations?.map(({ tier }) => tier)).toEqual(expect.arrayContaining(["on-call", "security"]));
    expect(incident?.meta.summary).toContain("nothing about the finding itself can be measured in minutes");
  });

  it("that was seen before the release calls the security team, and nothing is written", async () => {
    const event = aFindingEvent("guardduty-eks-audit", ({ detail }) => (detail.service.eventFirstSeen = "2026-11-20T02:00:00.000Z"));

    const { incident, workload } = await arrives(event);

    expect(incident?.meta.outcome).toBe("escalated");
    expect(incident?.meta.summary).toContain("no change is to blame for it");
    expect(incident?.escalations?.map(({ tier }) => tier)).toEqual(expect.arrayContaining(["on-call", "security"]));
    expect(workload.writes).toEqual([]);
  });
});

describe("a finding of Inspector", () => {
  it("rolls back to a release of which Inspector knows that it does not have the vulnerability", async () => {
    const { incident, workload, imageFindings } = await arrives(aFindingEvent("inspector-ecr"), (scene) => {
      scene.imageFindings.verdicts[GOOD_DIGEST] = "not-affected";
    });

    expect(imageFindings.asked).toEqual([`${GOOD_DIGEST} CVE-2024-6119`]);
    expect(incident?.meta.outcome).toBe("recovered");
    expect(workload.state?.templateHash).toBe(GOOD_HASH);
  });

  it.each<[string, (scene: ReturnType<typeof aScene>) => unknown, string]>([
    [
      "has the vulnerability too",
      (scene) => {
        scene.imageFindings.verdicts[GOOD_DIGEST] = "affected";
      },
      "the target image demo/checkout:v1 has CVE-2024-6119 too",
    ],
    ["may have it, and nobody knows", () => {}, "nobody knows whether the target image demo/checkout:v1 has CVE-2024-6119"],
    [
      "had it when a finding arrived by itself, and Inspector says nothing",
      (scene) =>
        scene.knownFindings.remember({
          service: "checkout",
          digest: GOOD_DIGEST,
          vulnerability: "CVE-2024-6119",
          findingId: "f",
          seenAt: "then",
        }),
      "has CVE-2024-6119 too: f arrived at then",
    ],
  ])("calls people with that sentence when the target %s", async (_what, prepare, sentence) => {
    const { incident, workload, result } = await arrives(aFindingEvent("inspector-ecr"), prepare);

    expect(result.failure?.name).not.toBe("Error");
    expect(incident?.meta.outcome).toBe("escalated");
    expect(incident?.meta.summary).toContain(sentence);
    expect(incident?.escalations?.map(({ tier }) => tier)).toEqual(expect.arrayContaining(["on-call", "security"]));
    expect(workload.writes).toEqual([]);
  });
});
