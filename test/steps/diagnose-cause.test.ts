import { describe, expect, it } from "vitest";
import { diagnoseCause } from "../../functions/steps/diagnose-cause/step.ts";
import { anAssessment, anOpening, aPlan, aRollbackInput, aVerification, MOMENTS } from "../support/builders/index.ts";
import { silentLogger } from "../support/fakes/silent-logger.ts";
import { aScene } from "../support/machine/scene.ts";

/** Where the reading of the signals began, in seconds before now. */
async function readSeconds(onsetAt: string): Promise<number> {
  const scene = aScene();
  scene.clock.set(MOMENTS.closedAt);
  const starts: number[] = [];
  const metrics = {
    ...scene.metrics,
    series: async (...[queries, from, to]: Parameters<typeof scene.metrics.series>) => {
      starts.push((to.getTime() - from.getTime()) / 1000);
      return scene.metrics.series(queries, from, to);
    },
    alarms: async () => [],
    alarmsInAlarm: async () => [],
  };
  const slices = { opening: anOpening(), assessment: anAssessment({ onsetAt }), plan: aPlan(), verification: aVerification() };
  await diagnoseCause({ ...scene.ports, metrics })({ ...aRollbackInput(), ...slices }, { logger: silentLogger });
  return starts[0] ?? Number.NaN;
}

describe("diagnose-cause", () => {
  it("keeps the points from ten minutes before the onset on", async () => {
    expect(await readSeconds(MOMENTS.onsetAt)).toBeCloseTo(600 + 64.9);
  });

  it("asks for no more than three hours: CloudWatch answers nothing at all for short periods beyond, and the points kept so far would be lost", async () => {
    expect(await readSeconds("2026-11-19T00:00:00.000Z")).toBeLessThan(3 * 3600);
  });
});
