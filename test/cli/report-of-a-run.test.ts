import { describe, expect, it } from "vitest";
import { renderReport } from "../../cli/report/render-report.ts";
import type { Incident } from "../../functions/domain/incident.ts";
import { aBlueprint } from "../support/builders/index.ts";
import { runRollback } from "../support/machine/run-rollback.ts";
import { aScene, type SceneOptions } from "../support/machine/scene.ts";
import { drawnPoints, visibleText } from "./drawn-points.ts";

/** Runs the real machine with the real steps and reads the incident that it left. */
async function incidentOf(options: SceneOptions = {}): Promise<Incident> {
  const scene = aScene(options);
  await runRollback(scene.ports, scene.input, { onWait: scene.onWait });
  const incident = await scene.store.read(scene.input.incidentId);
  if (incident === null) throw new Error("the run recorded no incident");
  return incident;
}

describe("the report of a real run", () => {
  it.each([
    ["recovers", {}, ["Recovered", "alarm to accepted write", "applied at", "6 of 6 checks pass"]],
    ["does not recover", { recovers: false }, ["Not recovered", "Act now", "Rollguard did write to the cluster"]],
    [
      "has no earlier release",
      { observations: [] },
      ["Escalated to a person", "Denied by rule target", "Rollguard wrote nothing to the cluster"],
    ],
    [
      "only observes",
      { blueprint: aBlueprint({ mode: "observe" }) },
      ["Observed, nothing changed", "What would have been done", "would-apply"],
    ],
    ["finds no Deployment", { workload: null }, ["Escalated to a person", "No plan was made"]],
  ] as const)("that %s draws every recorded point and says what happened", async (_name, options, sentences) => {
    const incident = await incidentOf(options);
    const page = renderReport(incident);
    const bySignal = (signal: string) => drawnPoints(page).filter((point) => point.signal === signal);

    expect(incident.series.map(({ signal }) => signal).sort()).toEqual(["error_rate", "latency_p95"]);
    for (const { signal, points } of incident.series) {
      expect(bySignal(signal).map(({ at, value }) => ({ at, value }))).toEqual(points);
    }
    expect(visibleText(page).match(/undefined|NaN|\[object/g) ?? []).toEqual([]);
    for (const sentence of sentences) expect(visibleText(page)).toContain(sentence);
  });

  it("draws the signal that breached first", async () => {
    const page = renderReport(await incidentOf({ recovers: false }));

    expect([...page.matchAll(/<g data-signal="(\w+)"/g)].map(([, signal]) => signal)).toEqual(["latency_p95", "error_rate"]);
  });
});
