import { expect, it } from "vitest";
import { worstDetectionSeconds } from "../../../functions/domain/blueprint-alarms.ts";
import type { ReleaseObservation, ScaleObservation } from "../../../functions/domain/release-observation.ts";
import { rollguard } from "../support/command.ts";
import type { Stage } from "../support/stage.ts";
import { waitUntil } from "../support/wait-until.ts";

/** The ledger is what "last good" rests on. */
export function describeGoodVerdict(stage: () => Stage): void {
  it.concurrent("observe-releases calls a release good only after an unbroken healthy run that is long enough", async () => {
    const { target, hands } = stage();
    const profile = hands("profile");
    // An alarm must have had the time to speak up, twice.
    const goodAfterSeconds = 2 * worstDetectionSeconds(profile.alarm.trigger, profile.alarm.signal);
    const { replicaSet } = await profile.release("v2");
    const read = async (): Promise<Observed | null> => {
      const release = (await target.ledger.observations("profile")).find(({ templateHash }) => templateHash === replicaSet.templateHash);
      const scale = release?.scales.at(-1);
      return release !== undefined && scale !== undefined ? { release, scale } : null;
    };

    const first = await waitUntil("a healthy run of two observations", async () => {
      const observed = await read();
      return observed !== null && healthySeconds(observed) > 0 && observed;
    });
    expect(verdicts(first)).toEqual(["candidate", "candidate"]);
    await profile.setAlarm("ALARM");
    const broken = await waitUntil("the alarm ends the run", async () => {
      const observed = await read();
      return observed?.scale.healthySince === null && observed;
    });
    expect(verdicts(broken)).toEqual(["candidate", "candidate"]);
    await profile.setAlarm("OK");

    const seen: Observed[] = [];
    await waitUntil(
      "profile:v2 is known as good",
      async () => {
        const observed = await read();
        if (observed !== null) seen.push(observed);
        return observed?.release.verdict === "good";
      },
      goodAfterSeconds + 60,
    );
    const good = seen.at(-1);
    if (good === undefined) throw new Error("nothing was seen");
    expect(healthySeconds(good)).toBeGreaterThanOrEqual(goodAfterSeconds);
    expect(verdicts(good)).toEqual(["good", "good"]);
    expect(good.release.verdictBy).toBe("observe-releases");
    // The run that counts began after the alarm, and none that was shorter was called good.
    expect(Date.parse(good.scale.healthySince ?? "")).toBeGreaterThan(Date.parse(broken.scale.lastSeenAt));
    const before = seen.slice(0, -1);
    expect(before.length).toBeGreaterThan(0);
    expect(before.flatMap(verdicts)).not.toContain("good");
    expect(Math.max(...before.map(healthySeconds))).toBeLessThan(goodAfterSeconds);

    const release = await waitUntil("the snapshot is known as good too", async () => {
      const [live] = await target.ledger.releases("profile");
      return live?.verdict === "good" && live.parts.templateHash === replicaSet.templateHash && live;
    });
    expect(release).toMatchObject({ verdictBy: "observe-releases", archiveKey: `snapshots/profile/${release.hash}.json` });
    expect(await target.ledger.sealedTemplate("profile", release.hash)).not.toBeNull();
  });

  it.concurrent("rollguard lists the releases, and takes a snapshot when it is asked to", async () => {
    const taken = await rollguard("snapshot", "profile", "--json");
    const listed = await rollguard("releases", "profile", "--json");

    expect([taken.exitCode, listed.exitCode]).toEqual([0, 0]);
    const { hash } = JSON.parse(taken.stdout) as { hash: string | null };
    const releases = JSON.parse(listed.stdout) as { hash: string; live: boolean; parts: { images: { digest: string | null }[] } }[];
    expect(hash).not.toBeNull();
    expect(releases.find((one) => one.live)?.parts.images[0]?.digest).toMatch(/^sha256:/);
  });
}

interface Observed {
  readonly release: ReleaseObservation;
  readonly scale: ScaleObservation;
}

function verdicts({ release, scale }: Observed): readonly string[] {
  return [release.verdict, scale.verdict];
}

function healthySeconds({ scale: { healthySince, lastSeenAt } }: Observed): number {
  return healthySince === null ? 0 : (Date.parse(lastSeenAt) - Date.parse(healthySince)) / 1000;
}
