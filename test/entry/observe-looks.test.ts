import { describe, expect, it } from "vitest";
import { sha256Hex } from "../../functions/adapters/aws/sha256-hex.ts";
import { PermissionError, TransientUpstreamError } from "../../functions/domain/errors.ts";
import type { PlannedLook } from "../../functions/domain/looks/look-times.ts";
import { planLooks } from "../../functions/entry/observe-releases/plan-looks.ts";
import type { LookSchedules } from "../../functions/ports/look-schedules.ts";
import { aBlueprint, aRelease, MOMENTS, secondsAfter } from "../support/builders/index.ts";
import { recordingLogger } from "../support/fakes/silent-logger.ts";
import { LATENCY_LOOKS } from "./support/look-scene.ts";

class FakeLookSchedules implements LookSchedules {
  readonly planned = new Map<string, PlannedLook>();
  calls = 0;
  error: Error | null = null;

  async plan(look: PlannedLook): Promise<"planned" | "already-planned"> {
    this.calls += 1;
    if (this.error !== null) throw this.error;
    if (this.planned.has(look.name)) return "already-planned";
    this.planned.set(look.name, look);
    return "planned";
  }
}

const seenAfter = (seconds: number) =>
  aRelease({
    hash: "ffee00112233",
    verdict: "candidate",
    firstSeenAt: secondsAfter(MOMENTS.changeAt, 30),
    liveSince: MOMENTS.changeAt,
    lastSeenAt: secondsAfter(MOMENTS.changeAt, seconds),
  });

function setUp(looks = aBlueprint({ looks: LATENCY_LOOKS }).looks) {
  const [lookSchedules, logger] = [new FakeLookSchedules(), recordingLogger()];
  const pass = (release: ReturnType<typeof aRelease>, read: ReturnType<typeof aRelease> | null, othersKnown = true) =>
    planLooks({ lookSchedules, sha256: sha256Hex }, aBlueprint({ looks }), { read, release, othersKnown }, logger);
  return { lookSchedules, pass, lines: logger.lines };
}

describe("observe-releases plans looks", () => {
  it("at a release that it sees for the first time, each once however often it passes", async () => {
    const { lookSchedules, pass } = setUp();

    await pass(seenAfter(30), null);
    await pass(seenAfter(90), seenAfter(30));

    expect([...lookSchedules.planned.values()].map(({ request }) => request.minutes)).toEqual([5, 10, 25, 40, 60]);
    expect(lookSchedules.calls).toBe(10);
  });

  it("no more once the release is ten minutes old", async () => {
    const { lookSchedules, pass } = setUp();

    await pass(seenAfter(700), seenAfter(640));

    expect(lookSchedules.calls).toBe(0);
  });

  it("also at one that could be named only after a long rollout, as far as looks are left", async () => {
    const { lookSchedules, pass } = setUp();

    await pass(seenAfter(1_200), null);

    expect([...lookSchedules.planned.values()].map(({ request }) => request.minutes)).toEqual([25, 40, 60]);
  });

  it("again at the passes after a long rollout too, where the scheduler was away when the release was first named", async () => {
    const { lookSchedules, pass, lines } = setUp();
    const named = (seconds: number) => ({ ...seenAfter(seconds), firstSeenAt: secondsAfter(MOMENTS.changeAt, 1_200) });
    lookSchedules.error = new TransientUpstreamError("scheduler:CreateSchedule failed for now");
    await pass(named(1_200), null);
    lookSchedules.error = null;
    await pass(named(1_260), named(1_200));
    await pass(named(1_860), named(1_800));

    expect(JSON.stringify(lines)).toContain(`passes until ${secondsAfter(MOMENTS.changeAt, 1_800)} try again`);
    expect([...lookSchedules.planned.values()].map(({ request }) => request.minutes)).toEqual([25, 40, 60]);
    expect(lookSchedules.calls).toBe(6);
  });

  it("not at a release that a rollback has put back, at the first of a service, or where the blueprint wants none", async () => {
    const { lookSchedules, pass } = setUp();
    const restored = { ...aRelease(), liveSince: MOMENTS.openedAt, lastSeenAt: MOMENTS.closedAt };

    await pass(restored, aRelease());
    await pass(seenAfter(30), null, false);
    const without = new FakeLookSchedules();
    await planLooks(
      { lookSchedules: without, sha256: sha256Hex },
      aBlueprint(),
      { read: null, release: seenAfter(30), othersKnown: true },
      recordingLogger(),
    );

    expect([lookSchedules.calls, without.calls]).toEqual([0, 0]);
  });

  it("again at the next pass where the scheduler was away; a refusal is thrown, since it would stay", async () => {
    const { lookSchedules, pass, lines } = setUp();
    lookSchedules.error = new TransientUpstreamError("scheduler:CreateSchedule failed for now");
    await pass(seenAfter(30), null);
    lookSchedules.error = null;
    await pass(seenAfter(90), seenAfter(30));

    expect(JSON.stringify(lines)).toContain("could not be planned");
    expect(lookSchedules.planned.size).toBe(5);

    lookSchedules.error = new PermissionError("scheduler:CreateSchedule was refused");
    await expect(pass(seenAfter(30), null)).rejects.toThrow("refused");
  });
});
