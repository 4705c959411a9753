import { describe, expect, it } from "vitest";
import type { RollbackDocument } from "../../functions/domain/rollback-document.ts";
import { GOOD_HASH } from "../support/builders/index.ts";
import { drive } from "../support/machine/drive.ts";
import { aFleetScene, alarmInput, type FleetService } from "../support/machine/fleet-scene.ts";
import { taskHandlers } from "../support/machine/run-rollback.ts";
import { VirtualTime } from "../support/machine/virtual-time.ts";

const ALARMS = 6;
/** Alarms of one service arrive between those of the others, not one after the other. */
const STRIDE = 7;

async function storm(services: readonly FleetService[]) {
  const scene = aFleetScene(services.map((service) => ({ ...service, alarms: ALARMS })));
  const inOrder = services.flatMap(({ name }) => Array.from({ length: ALARMS }, (_, alarm) => alarmInput(name, alarm)));
  const inputs = inOrder.map((_, index) => inOrder[(index * STRIDE) % inOrder.length] ?? alarmInput("never"));
  const time = new VirtualTime(scene.onWait);
  const handlers = taskHandlers(scene.ports);
  const documents = await Promise.all(inputs.map((input) => time.run(() => drive(handlers, input, (seconds) => time.sleep(seconds)))));
  const incidents = await scene.store.list({ limit: 10_000 });
  const told = new Set(incidents.map(({ trigger }) => trigger.alarmName));
  for (const { id } of incidents) for (const { alarmName } of (await scene.store.read(id))?.alarms ?? []) told.add(alarmName);
  const lost = inputs.filter(({ trigger }) => !told.has(trigger.alarmName));
  return { ...scene, inputs, documents, incidents, lost };
}
const outcomes = (documents: readonly RollbackDocument[], outcome: string) =>
  documents.filter(({ opening }) => opening?.outcome === outcome).length;

describe("a storm of alarms", () => {
  it("of 300 on 50 services within one second is 50 incidents: none lost, none twice", async () => {
    const services = Array.from({ length: 50 }, (_, index): FleetService => ({ name: `service-${index}` }));

    const { inputs, documents, incidents, lost, fleet } = await storm(services);

    expect(new Set(inputs.map(({ execution }) => execution.name)).size).toBe(300);
    expect(lost).toEqual([]);
    expect(incidents).toHaveLength(50);
    expect(new Set(incidents.map(({ service }) => service)).size).toBe(50);
    expect(incidents.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 50 }, () => "recovered"));
    expect(outcomes(documents, "merged")).toBe(250);
    expect([...fleet.restored].sort()).toEqual(services.map(({ name }) => name).sort());
  }, 60_000);

  it("on five groups of ten is five incidents, and each of the 50 services is rolled back once", async () => {
    const services = Array.from({ length: 50 }, (_, index): FleetService => ({ name: `service-${index}`, group: `group-${index % 5}` }));

    const { documents, incidents, lost, fleet } = await storm(services);

    expect(lost).toEqual([]);
    expect(incidents.map(({ group }) => group).sort()).toEqual(["group-0", "group-1", "group-2", "group-3", "group-4"]);
    expect(incidents.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 5 }, () => "recovered"));
    expect(outcomes(documents, "merged")).toBe(295);
    expect([...fleet.restored].sort()).toEqual(services.map(({ name }) => name).sort());
    for (const { name } of services) expect(fleet.of(name).state?.templateHash).toBe(GOOD_HASH);
  }, 60_000);
});
