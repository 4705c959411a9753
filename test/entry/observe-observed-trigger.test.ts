import { describe, expect, it } from "vitest";
import { sha256Hex } from "../../functions/adapters/aws/sha256-hex.ts";
import type { Mode } from "../../functions/domain/blueprint.ts";
import { observeReleases } from "../../functions/entry/observe-releases/observe-releases.ts";
import { aBlueprint, aWorkloadState, MOMENTS } from "../support/builders/index.ts";
import { FakeMetricSource } from "../support/fakes/fake-metric-source.ts";
import { registryOf } from "../support/fakes/fake-registry.ts";
import { FakeKeeper, FakeSeal, FakeSnapshots } from "../support/fakes/fake-snapshots.ts";
import { FakeStarter } from "../support/fakes/fake-starter.ts";
import { fixedClock } from "../support/fakes/fixed-clock.ts";
import { InMemoryArchive } from "../support/fakes/in-memory-archive.ts";
import { InMemoryBaselines } from "../support/fakes/in-memory-baselines.ts";
import { InMemoryIncidentStore } from "../support/fakes/in-memory-incident-store.ts";
import { silentLogger } from "../support/fakes/silent-logger.ts";

/** What is observed after twice the detection time, with the alarm of the second trigger red and that trigger in a mode. */
async function observedWith(mode: Mode) {
  const triggers = aBlueprint().triggers.map((trigger, index) => (index === 1 ? { ...trigger, mode } : trigger));
  const store = new InMemoryIncidentStore();
  const metrics = new FakeMetricSource();
  for (const [index, { alarmName }] of triggers.entries()) metrics.setAlarm({ alarmName, state: index === 1 ? "ALARM" : "OK" });
  const clock = fixedClock(MOMENTS.openedAt);
  const workload = {
    read: async () => aWorkloadState(),
    apply: async () => {
      throw new Error("observe-releases must not write to a cluster");
    },
  };
  const observe = observeReleases({
    ...{ blueprints: registryOf(aBlueprint({ triggers })), workload, metrics, ledger: store.ledger, store, clock, sha256: sha256Hex },
    ...{ starter: new FakeStarter(), snapshots: new FakeSnapshots(), seal: new FakeSeal() },
    ...{ archive: new InMemoryArchive(), keeper: new FakeKeeper(), baselines: new InMemoryBaselines() },
  });
  await observe({}, { logger: silentLogger });
  clock.advance(80);
  await observe({}, { logger: silentLogger });
  const [observation] = await store.ledger.observations("checkout");
  return observation;
}

describe("an alarm that is red while a release is observed", () => {
  it("keeps it from being called good, and is noted", async () => {
    expect(await observedWith("auto")).toMatchObject({ verdict: "candidate", alarmAt: expect.any(String) });
  });

  it("does neither where its trigger is in observe", async () => {
    const observation = await observedWith("observe");

    expect(observation).toMatchObject({ verdict: "good" });
    expect(observation).not.toHaveProperty("alarmAt");
  });
});
