import { describe, expect, it } from "vitest";
import { sha256Hex } from "../../functions/adapters/aws/sha256-hex.ts";
import type { Blueprint, LookPolicy } from "../../functions/domain/blueprint.ts";
import { triggerOfLook } from "../../functions/domain/looks/look-outcome.ts";
import { liveRelease } from "../../functions/domain/release-record.ts";
import type { RollbackInput } from "../../functions/domain/rollback-document.ts";
import {
  aBlueprint,
  anExactCheck,
  aRelease,
  aReleaseObservation,
  aRollbackInput,
  aRollbackTrigger,
  aSnapshot,
  aTrigger,
  BAD_HASH,
  GOOD_HASH,
  MOMENTS,
  releaseParts,
} from "../support/builders/index.ts";
import { aLook } from "../support/builders/look.ts";
import { runRollback } from "../support/machine/run-rollback.ts";
import { aScene } from "../support/machine/scene.ts";

const LOOKS: LookPolicy = { mode: "auto", signals: [{ signal: "latency_p95", class: "performance", severity: "high" }] };
const badParts = releaseParts({ templateHash: BAD_HASH, images: [{ container: "app", image: "demo/checkout:v2-slow", digest: null }] });
const observedBad = aReleaseObservation({
  templateHash: BAD_HASH,
  firstSeenAt: MOMENTS.changeAt,
  liveSince: MOMENTS.changeAt,
  lastSeenAt: MOMENTS.alarmAt,
  verdict: "candidate",
});

/** The slow release is live and no alarm is red, so that only a look has found it; or its alarm is `red` too. */
function aNight(looks: LookPolicy = LOOKS, red = false, given: Partial<Blueprint> = {}, recovers = true) {
  const blueprint = aBlueprint({ looks, ...given });
  const scene = aScene({ blueprint, recovers, observations: [aReleaseObservation(), observedBad] });
  const snapshot = aSnapshot({ parts: badParts });
  const release = liveRelease(snapshot, sha256Hex).hash ?? "";
  const bad = { verdict: "candidate", liveSince: MOMENTS.changeAt, firstSeenAt: MOMENTS.changeAt, lastSeenAt: MOMENTS.alarmAt } as const;
  scene.ledger.seedReleases(aRelease(), aRelease({ hash: release, parts: badParts, ...bad }));
  scene.snapshots.described.set("checkout", snapshot);
  const allIsCalm = () => {
    for (const { alarmName } of blueprint.triggers) scene.metrics.setAlarm({ alarmName, state: "OK", since: MOMENTS.goodReleaseAt });
  };
  if (!red) allIsCalm();
  const trigger = triggerOfLook(aLook({ release, judgedAt: MOMENTS.alarmAt }));
  if (trigger === null) throw new Error("the look did not fail");
  const input: RollbackInput = { execution: { name: "rg-checkout-look" }, incidentId: "inc-checkout-look", trigger };
  const onWait = (seconds: number) => {
    scene.onWait(seconds);
    if (!red) allIsCalm();
  };
  return { ...scene, onWait, release, input, run: (one: RollbackInput) => runRollback(scene.ports, one, { onWait }) };
}

/** Its health checks count pods alone, and its alarm watches another signal. */
const unwatched: Partial<Blueprint> = {
  triggers: [aTrigger({ signal: "error_rate" })],
  verification: { ...aBlueprint().verification, checks: [anExactCheck()] },
};

const alarmInput: RollbackInput = aRollbackInput({ trigger: aRollbackTrigger() });

describe("a release that failed a look", () => {
  it("is rolled back although no alarm is red, by the class and severity of its signal", async () => {
    const { run, input, workload, store } = aNight();

    const result = await run(input);
    const incident = await store.read(input.incidentId);

    expect(result.failure).toBeNull();
    expect(workload.state?.templateHash).toBe(GOOD_HASH);
    expect(incident?.meta).toMatchObject({ outcome: "recovered", severity: "high", trigger: { kind: "verification" } });
    expect(incident?.meta.record?.assessment).toMatchObject({
      decision: "roll-back",
      classes: ["performance"],
      onsetAt: MOMENTS.changeAt,
      change: { kind: "deploy", toHash: BAD_HASH },
      reasons: expect.arrayContaining([input.trigger.reason]),
    });
    expect(incident?.meta.record?.plan).toMatchObject({ why: expect.stringContaining("class performance, severity high") });
  });

  it("is not what is live any more: nothing is taken back", async () => {
    const { run, input, workload, store, snapshots } = aNight();
    snapshots.described.set("checkout", aSnapshot({ parts: releaseParts({ templateHash: BAD_HASH, serviceAccount: "another" }) }));

    await run(input);
    const incident = await store.read(input.incidentId);

    expect(workload.writes).toEqual([]);
    expect(incident?.meta.record?.assessment).toMatchObject({
      decision: "stand-down",
      reasons: expect.arrayContaining([expect.stringContaining("is live now")]),
    });
  });

  it.each([
    ["stays as slow", false, "candidate"],
    ["is fast again", true, "bad"],
  ])("is taken back for a signal that nothing else watches, which then %s", async (_name, recovers, verdict) => {
    const { run, input, workload, store, ledger, release } = aNight(LOOKS, false, unwatched, recovers);

    await run(input);
    const meta = (await store.read(input.incidentId))?.meta;

    expect(workload.state?.templateHash).toBe(GOOD_HASH);
    expect(meta?.outcome === "recovered").toBe(recovers);
    expect((await ledger.releases("checkout")).find(({ hash }) => hash === release)?.verdict).toBe(verdict);
    expect((await ledger.quarantine()).length > 0).toBe(recovers);
  });

  it("waits for a person where looks ask for approval, in a service that acts by itself", async () => {
    const { run, input, store, workload } = aNight({ ...LOOKS, mode: "approve" });

    const result = await run(input);

    expect(result.visited).toContain("RequestApproval");
    expect(workload.writes).toEqual([]);
    expect((await store.read(input.incidentId))?.meta.outcome).not.toBe("recovered");
  });

  it("where the machine was started with looks in observe, nothing is written", async () => {
    const { run, input, store, workload } = aNight({ ...LOOKS, mode: "observe" });

    await run(input);

    expect(workload.writes).toEqual([]);
    expect((await store.read(input.incidentId))?.meta).toMatchObject({ outcome: "observed" });
  });
});

describe("a look that fails in the second of an alarm", () => {
  type Night = ReturnType<typeof aNight>;
  /** The second is started when the first has opened its incident, and is at its end before the first goes on. */
  const oneInTheOther = async ({ ports, onWait, run }: Night, first: RollbackInput, second: RollbackInput) => {
    const visited: (readonly string[])[] = [];
    await runRollback(ports, first, {
      onWait,
      around: (state, handler) => async (document) => {
        const answer = await handler(document);
        if (state === "OpenIncident") visited.push((await run(second)).visited);
        return answer;
      },
    });
    return visited;
  };

  it.each([
    ["the look", "the alarm", (night: Night) => oneInTheOther(night, night.input, alarmInput)],
    ["the alarm", "the look", (night: Night) => oneInTheOther(night, alarmInput, night.input)],
  ])("opens one incident, which %s has opened and %s joins", async (_first, _second, race) => {
    const night = aNight(LOOKS, true);
    const { store, workload } = night;

    const [joined] = await race(night);

    expect(joined).toEqual(["OpenIncident", "IsNewIncident?", "NothingToDo"]);
    const incidents = await store.list({ service: "checkout", limit: 10 });
    expect(incidents).toMatchObject([{ outcome: "recovered" }]);
    expect(incidents).toHaveLength(1);
    expect((await store.read(incidents[0]?.id ?? ""))?.alarms).toHaveLength(1);
    expect(workload.state?.templateHash).toBe(GOOD_HASH);
    expect(await store.holder("checkout")).toBeNull();
  });

  it("opens one incident when both are started at once", async () => {
    const night = aNight(LOOKS, true);

    const results = await Promise.all([night.run(night.input), night.run(alarmInput)]);

    expect(results.filter(({ visited }) => visited.includes("AssessIncident"))).toHaveLength(1);
    expect(await night.store.list({ service: "checkout", limit: 10 })).toMatchObject([{ outcome: "recovered" }]);
  });
});
