import { expect, it } from "vitest";
import { sha256Hex } from "../../functions/adapters/aws/sha256-hex.ts";
import type { Snapshot } from "../../functions/domain/release.ts";
import { sealedSecretKey } from "../../functions/domain/sealed-secret.ts";
import { observeReleases } from "../../functions/entry/observe-releases/observe-releases.ts";
import { aBlueprint, aConfig, aSnapshot, aWorkloadState, MOMENTS, releaseParts } from "../support/builders/index.ts";
import { FakeMetricSource } from "../support/fakes/fake-metric-source.ts";
import { registryOf } from "../support/fakes/fake-registry.ts";
import { FakeKeeper, FakeSeal, FakeSnapshots } from "../support/fakes/fake-snapshots.ts";
import { FakeStarter } from "../support/fakes/fake-starter.ts";
import { FakeWorkload } from "../support/fakes/fake-workload.ts";
import { fixedClock } from "../support/fakes/fixed-clock.ts";
import { InMemoryArchive } from "../support/fakes/in-memory-archive.ts";
import { InMemoryBaselines } from "../support/fakes/in-memory-baselines.ts";
import { InMemoryIncidentStore } from "../support/fakes/in-memory-incident-store.ts";
import { silentLogger } from "../support/fakes/silent-logger.ts";

const blueprint = aBlueprint({ restore: { ...aBlueprint().restore, secrets: "encrypted" } });
const { service, target } = blueprint;
const keyOf = (name: string, mac: string) => sealedSecretKey(target, service, name, mac);

/** A release with two Secrets that are kept sealed. */
function withSecrets(db: string, api: string): Snapshot {
  const secret = (name: string, dataHash: string) => aConfig({ kind: "Secret", name, dataHash, copy: keyOf(name, dataHash) });
  return aSnapshot({ parts: releaseParts({ configs: [secret("db", db), secret("api", api)] }), full: `{"db":"${db}","api":"${api}"}` });
}

function setUp() {
  const store = new InMemoryIncidentStore();
  const metrics = new FakeMetricSource();
  for (const { alarmName } of blueprint.triggers) metrics.setAlarm({ alarmName });
  const [snapshots, archive, keeper, seal] = [new FakeSnapshots(), new InMemoryArchive(), new FakeKeeper(), new FakeSeal()];
  const clock = fixedClock(MOMENTS.openedAt);
  const workload = new FakeWorkload(aWorkloadState());
  const fixed = { blueprints: registryOf(blueprint), workload, metrics, store, starter: new FakeStarter(), clock, sha256: sha256Hex };
  const observe = observeReleases({ ...fixed, ledger: store.ledger, snapshots, seal, archive, keeper, baselines: new InMemoryBaselines() });
  const look = async (snapshot: Snapshot) => {
    snapshots.described.set(service, snapshot);
    await observe({}, { logger: silentLogger });
  };
  return { ledger: store.ledger, archive, keeper, clock, look };
}

it("contents of Secrets are asked for while the release is new, then once an hour, since nobody sees here whether they are kept", async () => {
  const { keeper, clock, look } = setUp();
  const asked: string[] = [];
  for (let minute = 0; minute < 120; minute++) {
    const before = keeper.requests.length;
    await look(withSecrets("m1", "m2"));
    if (keeper.requests.length > before) asked.push(clock.now().toISOString().slice(11, 16));
    clock.advance(60);
  }

  const young = ["03:12", "03:13", "03:14", "03:15", "03:16", "03:17", "03:18", "03:19", "03:20", "03:21"];
  expect(asked).toEqual([...young, "04:00", "05:00"]);
  expect(keeper.requests[0]).toMatchObject({
    service,
    copy: [
      { kind: "Secret", name: "db", dataHash: "m1" },
      { kind: "Secret", name: "api", dataHash: "m2" },
    ],
  });
});

it("a forgotten release takes its sealed contents with it, but not those that a kept release has too", async () => {
  const { ledger, archive, clock, look } = setUp();
  const [old, shared, young] = [keyOf("db", "m1"), keyOf("api", "m2"), keyOf("db", "m3")];
  for (const key of [old, shared, young]) await archive.put(key, "{}");
  await look(withSecrets("m1", "m2"));
  clock.advance(31 * 86_400);
  await look(withSecrets("m3", "m2"));

  const releases = await ledger.releases(service);
  expect(releases).toHaveLength(1);
  expect(new Set(archive.stored.keys())).toEqual(new Set([shared, young, releases[0]?.archiveKey]));
});
