import { describe, expect, it } from "vitest";
import { sha256Hex } from "../../functions/adapters/aws/sha256-hex.ts";
import { observeReleases } from "../../functions/entry/observe-releases/observe-releases.ts";
import { aBlueprint, aSnapshot, aWorkloadState, BAD_DIGEST, GOOD_DIGEST, MOMENTS, releaseParts } from "../support/builders/index.ts";
import { FakeMetricSource } from "../support/fakes/fake-metric-source.ts";
import { registryOf } from "../support/fakes/fake-registry.ts";
import { FakeKeeper, FakeSeal, FakeSnapshots } from "../support/fakes/fake-snapshots.ts";
import { FakeStarter } from "../support/fakes/fake-starter.ts";
import { FakeWorkload } from "../support/fakes/fake-workload.ts";
import { fixedClock } from "../support/fakes/fixed-clock.ts";
import { InMemoryArchive } from "../support/fakes/in-memory-archive.ts";
import { InMemoryBaselines } from "../support/fakes/in-memory-baselines.ts";
import { InMemoryIncidentStore } from "../support/fakes/in-memory-incident-store.ts";
import { recordingLogger } from "../support/fakes/silent-logger.ts";

const service = "checkout";
const snapshotWith = (digest: string) =>
  aSnapshot({ parts: releaseParts({ images: [{ container: "app", image: "demo/checkout:v9", digest }], configs: [] }) });

function setUp(digest: string) {
  const store = new InMemoryIncidentStore();
  store.ledger.writeLedger(
    service,
    { badRelease: null, quarantine: [{ key: BAD_DIGEST, service, by: "inc-1", at: MOMENTS.closedAt }] },
    "inc-1",
  );
  const snapshots = new FakeSnapshots();
  snapshots.described.set(service, snapshotWith(digest));
  const logger = recordingLogger();
  const clock = fixedClock(MOMENTS.openedAt);
  const ports = {
    ...{
      blueprints: registryOf(aBlueprint()),
      workload: new FakeWorkload(aWorkloadState()),
      metrics: new FakeMetricSource(),
      store,
      snapshots,
    },
    ...{ ledger: store.ledger, starter: new FakeStarter(), clock, sha256: sha256Hex, seal: new FakeSeal() },
    ...{ archive: new InMemoryArchive(), keeper: new FakeKeeper(), baselines: new InMemoryBaselines() },
  };
  const look = async () => {
    clock.advance(60);
    logger.lines.length = 0;
    const { releases } = await observeReleases(ports)({ service }, { logger });
    return { notes: releases[0]?.notes, said: logger.lines.map(({ message }) => message) };
  };
  return { look };
}

describe("an image that was proven bad and is live under a new template", () => {
  it("is told by the first look that sees it, and not again", async () => {
    const { look } = setUp(BAD_DIGEST);
    const [first, second] = [await look(), await look()];

    expect(first.said).toContain("what is quarantined is live again");
    expect(first.notes).toEqual([`it holds ${BAD_DIGEST}, which was proven bad in inc-1`]);
    expect(second.said).not.toContain("what is quarantined is live again");
  });

  it("is not suspected of another image", async () => {
    const { look } = setUp(GOOD_DIGEST);

    expect((await look()).said).not.toContain("what is quarantined is live again");
  });
});
