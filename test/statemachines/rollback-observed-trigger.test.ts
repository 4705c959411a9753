import { describe, expect, it } from "vitest";
import { aBlueprint } from "../support/builders/index.ts";
import { runRollback } from "../support/machine/run-rollback.ts";
import { aScene } from "../support/machine/scene.ts";

const [armed, watched] = aBlueprint().triggers;

/** The second trigger of the service is red from the beginning to the end. */
async function playWith(mode: "observe" | "auto") {
  if (armed === undefined || watched === undefined) throw new Error("the blueprint has two triggers");
  const scene = aScene({ blueprint: aBlueprint({ triggers: [armed, { ...watched, mode, severity: "critical" }] }) });
  const { metrics } = scene;
  const red = () => metrics.setAlarm({ alarmName: watched.alarmName, state: "ALARM", since: "2026-11-20T03:12:41.000Z" });
  red();
  const onWait: typeof scene.onWait = (...wait) => {
    const result = scene.onWait(...wait);
    red();
    return result;
  };
  const result = await runRollback(scene.ports, scene.input, { onWait });
  return { result, incident: await scene.store.read(scene.input.incidentId) };
}

describe("an alarm of the service that stays red through the whole run", () => {
  it("keeps a recovery from being proven", async () => {
    const { result } = await playWith("auto");

    expect(result.failure?.name).toBe("not-recovered");
  });

  it("has no say where its trigger is in observe: neither in the recovery nor in how grave it is", async () => {
    const { result, incident } = await playWith("observe");

    expect(result.failure).toBeNull();
    expect(incident?.meta).toMatchObject({ outcome: "recovered", severity: "high" });
    expect(incident?.meta.record?.assessment?.reasons).toContain(`${watched?.alarmName} is in ALARM too, but its trigger is in observe`);
  });
});
