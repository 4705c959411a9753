import { describe, expect, it } from "vitest";
import { sha256Hex } from "../../functions/adapters/aws/sha256-hex.ts";
import { copyName } from "../../functions/adapters/kubernetes/config-copy.ts";
import { InvalidInputError, TransientUpstreamError } from "../../functions/domain/errors.ts";
import type { Snapshot } from "../../functions/domain/release.ts";
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
import { recordingLogger, silentLogger } from "../support/fakes/silent-logger.ts";

const service = "checkout";
const withConfig = (dataHash: string, copy: string | null = null): Snapshot =>
  aSnapshot({ parts: releaseParts({ configs: [aConfig({ dataHash, copy })] }), full: `{"config":"${dataHash}"}` });

function setUp(blueprint = aBlueprint()) {
  const store = new InMemoryIncidentStore();
  const metrics = new FakeMetricSource();
  for (const { alarmName } of blueprint.triggers) metrics.setAlarm({ alarmName });
  const [snapshots, archive, keeper, seal] = [new FakeSnapshots(), new InMemoryArchive(), new FakeKeeper(), new FakeSeal()];
  const workload = new FakeWorkload(aWorkloadState());
  const clock = fixedClock(MOMENTS.openedAt);
  const fixed = { blueprints: registryOf(blueprint), workload, metrics, store, starter: new FakeStarter(), clock, sha256: sha256Hex };
  const ports = { ...fixed, ledger: store.ledger, snapshots, seal, archive, keeper, baselines: new InMemoryBaselines() };
  const observe = async (event: { service?: string } = {}, logger = silentLogger) => observeReleases(ports)(event, { logger });
  return { ...ports, observe };
}

describe("observe-releases and snapshots", () => {
  it("keeps a new release with its sealed template, archives the whole, and calls it good by the same rule as its template", async () => {
    const { snapshots, ledger, seal, archive, clock, observe } = setUp();
    snapshots.described.set(service, withConfig("d1"));

    const { releases: first } = await observe();
    clock.advance(79);
    await observe();
    const [early] = await ledger.releases(service);
    clock.advance(1);
    await observe();

    const [release] = await ledger.releases(service);
    expect(first).toEqual([{ service, hash: release?.hash, isNew: true, notes: [] }]);
    expect([early?.verdict, release?.verdict]).toEqual(["candidate", "good"]);
    expect(release).toMatchObject({ verdictBy: "observe-releases", archiveKey: `snapshots/checkout/${release?.hash}.json` });
    expect(await archive.get(release?.archiveKey ?? "")).toBe('{"config":"d1"}');
    const sealed = await ledger.sealedTemplate(service, release?.hash ?? "");
    const { cluster, namespace } = aBlueprint().target;
    expect(sealed && (await seal.open(sealed, { cluster, namespace, service }))).toBe(aSnapshot().template);
  });

  it("sees a changed ConfigMap as another release with a verdict of its own, under the same template", async () => {
    const { snapshots, ledger, clock, observe } = setUp();
    snapshots.described.set(service, withConfig("d1"));
    await observe();
    clock.advance(120);
    await observe();
    snapshots.described.set(service, withConfig("d2"));
    clock.advance(60);
    await observe();

    const releases = await ledger.releases(service);
    expect(releases.map(({ verdict, liveSince }) => [verdict, liveSince])).toEqual([
      ["candidate", clock.now().toISOString()],
      ["good", MOMENTS.changeAt],
    ]);
    expect(await ledger.observations(service)).toMatchObject([{ verdict: "good" }]);
  });

  it("goes on with an earlier release that came back, its verdict kept and its run begun anew", async () => {
    const { snapshots, ledger, clock, observe } = setUp();
    for (const hash of ["d1", "d1", "d2", "d1"]) {
      snapshots.described.set(service, withConfig(hash));
      await observe();
      clock.advance(100);
    }

    const releases = await ledger.releases(service);
    expect(releases).toHaveLength(2);
    expect(releases[0]).toMatchObject({ verdict: "good", liveSince: releases[0]?.lastSeenAt, healthySince: releases[0]?.lastSeenAt });
  });

  it.each([
    [
      "an incident is being handled",
      async ({ store, clock }: ReturnType<typeof setUp>) => void (await store.acquire(service, "rg-1", "inc-1", clock.now(), 900)),
    ],
    [
      "a container has not reported its image",
      async ({ snapshots }: ReturnType<typeof setUp>) => void snapshots.described.set(service, aSnapshot({ settled: false })),
    ],
    [
      "a rollback's strategy is on the workload",
      async ({ workload }: ReturnType<typeof setUp>) => {
        if (workload.state) workload.state = { ...workload.state, stamps: { execution: "rg-1", fence: 1, savedStrategy: "{}" } };
      },
    ],
  ])("names no release while %s", async (_what, arrange) => {
    const scene = setUp();
    await arrange(scene);

    const { observed, releases } = await scene.observe({ service });

    expect([observed, releases]).toEqual([1, [{ service, hash: null, isNew: false, notes: [expect.any(String)] }]]);
    expect(await scene.ledger.releases(service)).toEqual([]);
  });

  it("asks for copies until they are seen, and names those that are still needed", async () => {
    const { snapshots, keeper, clock, observe } = setUp();
    snapshots.described.set(service, withConfig("d1"));
    await observe();
    await observe();
    snapshots.described.set(service, withConfig("d1", "copy-d1"));
    await observe();
    clock.advance(60);
    snapshots.described.set(service, withConfig("d2"));
    await observe();

    const named = (dataHash: string) => copyName({ service, name: "app-settings", dataHash });
    const copy = (dataHash: string) => [{ kind: "ConfigMap", name: "app-settings", dataHash }];
    expect(keeper.requests).toEqual([
      { service, copy: copy("d1"), needed: [named("d1")] },
      { service, copy: copy("d1"), needed: [named("d1")] },
      { service, copy: copy("d2"), needed: ["copy-d1", named("d1"), named("d2")].sort() },
    ]);
  });

  it("asks for no copies where the blueprint does not restore ConfigMaps, nor of what cannot be changed anyway", async () => {
    const restore = { ...aBlueprint().restore, configMaps: false };
    const without = setUp(aBlueprint({ restore }));
    const fixed = setUp();
    without.snapshots.described.set(service, withConfig("d1"));
    fixed.snapshots.described.set(service, aSnapshot({ parts: releaseParts({ configs: [aConfig({ immutable: true, copy: null })] }) }));

    await without.observe();
    await fixed.observe();

    expect([...without.keeper.requests, ...fixed.keeper.requests]).toEqual([]);
  });

  it("keeps the release when the archive is away, and archives it with the next look", async () => {
    const scene = setUp();
    const logger = recordingLogger();
    const put = scene.archive.put.bind(scene.archive);
    scene.archive.put = async () => {
      throw new TransientUpstreamError("s3 is away");
    };
    await scene.observe({}, logger);
    const [before] = await scene.ledger.releases(service);
    scene.archive.put = put;
    await scene.observe();

    expect(before?.archiveKey).toBeNull();
    expect(logger.lines).toMatchObject([{ level: "warn" }]);
    expect(await scene.ledger.releases(service)).toMatchObject([{ archiveKey: expect.stringContaining("snapshots/checkout/") }]);
  });

  it("forgets a release 30 days after it was last live, but never one of the newest three good", async () => {
    const { snapshots, ledger, clock, observe } = setUp();
    for (const hash of ["d1", "d1", "d2", "d3", "d3", "d4", "d4"]) {
      snapshots.described.set(service, withConfig(hash));
      await observe();
      clock.advance(100);
    }
    clock.advance(31 * 86_400);
    snapshots.described.set(service, withConfig("d5"));
    await observe();

    const left = (await ledger.releases(service)).map(({ parts, verdict }) => [parts.configs[0]?.dataHash, verdict]);
    expect(left).toEqual([
      ["d5", "candidate"],
      ["d4", "good"],
      ["d3", "good"],
      ["d1", "good"],
    ]);
  });

  it("removes a forgotten release's snapshot from the archive, and forgets no release whose snapshot could not be removed", async () => {
    const { snapshots, ledger, archive, clock, observe } = setUp();
    snapshots.described.set(service, withConfig("d1"));
    await observe();
    clock.advance(31 * 86_400);
    const remove = archive.remove.bind(archive);
    archive.remove = async () => {
      throw new TransientUpstreamError("s3 is away");
    };
    snapshots.described.set(service, withConfig("d2"));
    const logger = recordingLogger();
    await observe({}, logger);
    const meanwhile = await ledger.releases(service);
    archive.remove = remove;
    await observe();

    expect(logger.lines).toMatchObject([{ level: "warn", message: expect.stringContaining("could not be removed") }]);
    expect([meanwhile.length, meanwhile[1]?.archiveKey]).toEqual([2, expect.any(String)]);
    const [left, ...others] = await ledger.releases(service);
    expect([...archive.stored.keys(), others]).toEqual([left?.archiveKey, []]);
  });

  it("has copies looked through once a day where nothing is to be copied, and names what kept releases need", async () => {
    const { snapshots, keeper, clock, observe } = setUp();
    snapshots.described.set(service, withConfig("d1", "copy-d1"));
    for (let hour = 0; hour < 49; hour++) {
      await observe();
      clock.advance(3600);
    }

    const needed = ["copy-d1", copyName({ service, name: "app-settings", dataHash: "d1" })];
    expect(keeper.requests).toEqual([1, 2].map(() => ({ service, copy: [], needed })));
  });

  it("has no copies looked through where the blueprint keeps none", async () => {
    const restore = { ...aBlueprint().restore, configMaps: false };
    const { keeper, clock, observe } = setUp(aBlueprint({ restore }));
    await observe();
    clock.advance(2 * 86_400);
    await observe();

    expect(keeper.requests).toEqual([]);
  });

  it("looks at one service alone on request, and refuses a name that no blueprint has", async () => {
    const { snapshots, observe } = setUp();

    await observe({ service });
    await observe();

    expect(snapshots.scopes).toEqual(["single", "lists"]);
    await expect(observe({ service: "chekout" })).rejects.toThrow(InvalidInputError);
  });

  it("observes all the same when the snapshot cannot be taken, and fails at the end", async () => {
    const { snapshots, ledger, observe } = setUp();
    snapshots.described.set(service, new TransientUpstreamError("API server away"));

    await expect(observe()).rejects.toThrow("checkout could not be observed");

    expect(await ledger.observations(service)).toHaveLength(1);
  });
});
