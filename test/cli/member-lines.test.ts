import { describe, expect, it } from "vitest";
import { coloursOf } from "../../cli/terminal/colours.ts";
import { renderIncident } from "../../cli/terminal/render-incident.ts";
import { anIncident } from "../support/builders/index.ts";
import { aFleetScene, alarmInput } from "../support/machine/fleet-scene.ts";
import { runRollback } from "../support/machine/run-rollback.ts";

const look = { colours: coloursOf(false), columns: 200 };

describe("the group of an incident in the terminal", () => {
  it("has a line for each member, in the order of the waves, with what became of it", async () => {
    const scene = aFleetScene([
      { name: "api", group: "shop", dependsOn: ["db"], neverRecovers: true },
      { name: "db", group: "shop" },
      { name: "web", group: "shop", changed: false, unwellBy: [] },
    ]);
    const input = alarmInput("api");
    await runRollback(scene.ports, input, { onWait: scene.onWait });
    const incident = await scene.store.read(input.incidentId);

    const text = incident === null ? "" : renderIncident(incident, look);

    const lines = text.slice(text.indexOf("Group shop")).split("\n").slice(1, 4);
    expect(lines[0]).toMatch(/^ {2}✓ db: wave 1, restored to demo\/db:v1: /);
    expect(lines[1]).toMatch(/^ {2}✕ api: wave 2, failed to demo\/api:v1: /);
    expect(text).toMatch(/· web: skipped: escalate: no alarm of its own is red/);
  });

  it("is not there for a service alone", () => {
    expect(renderIncident(anIncident(), look)).not.toContain("Group ");
  });
});
