import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PermissionError, TransientUpstreamError } from "../../functions/domain/errors.ts";
import { drive } from "../support/machine/drive.ts";
import { aFleetScene, alarmInput, type FleetService } from "../support/machine/fleet-scene.ts";
import { taskHandlers } from "../support/machine/run-rollback.ts";
import { VirtualTime } from "../support/machine/virtual-time.ts";

const FATES = ["fine", "forbidden", "flaky", "unreachable", "never well", "unchanged", "held by another"] as const;
type Fate = (typeof FATES)[number];
interface Member {
  readonly name: string;
  readonly dependsOn: readonly string[];
  readonly fate: Fate;
}

/** Up to ten members, edges to earlier ones only, and what becomes of each. */
const members = fc
  .array(fc.record({ edges: fc.array(fc.nat(), { maxLength: 3 }), fate: fc.constantFrom(...FATES) }), { minLength: 1, maxLength: 10 })
  .map((drawn): Member[] =>
    drawn.map(({ edges, fate }, index) => ({
      name: `s${index}`,
      dependsOn: index === 0 ? [] : [...new Set(edges.map((edge) => `s${edge % index}`))],
      fate,
    })),
  );

const serviceOf = ({ name, dependsOn, fate }: Member): FleetService => ({
  ...{ name, dependsOn, group: "shop", changed: fate !== "unchanged", neverRecovers: fate === "never well" },
});

async function play(drawn: readonly Member[], fires: number) {
  const scene = aFleetScene(drawn.map(serviceOf));
  for (const { name, fate } of drawn) {
    let left = 2;
    if (fate === "forbidden") scene.fleet.faults.set(name, () => new PermissionError("no rule to patch deployments"));
    if (fate === "unreachable") scene.fleet.faults.set(name, () => new TransientUpstreamError("no answer"));
    if (fate === "flaky") scene.fleet.faults.set(name, () => (left-- > 0 ? new TransientUpstreamError("no answer") : null));
  }
  const fired = drawn[fires % drawn.length]?.name ?? "";
  const others = drawn.filter(({ fate, name }) => fate === "held by another" && name !== fired);
  for (const { name } of others) await scene.store.acquire(name, "rg-by-hand", "inc-by-hand", scene.clock.now(), 3600 * 24);
  const input = alarmInput(fired);
  const time = new VirtualTime(scene.onWait);
  const handlers = taskHandlers(scene.ports);
  const document = await time.run(() => drive(handlers, input, (seconds) => time.sleep(seconds)));
  const incident = await scene.store.read(input.incidentId);
  return { ...scene, document, incident, fired, others: others.map(({ name }) => name) };
}

describe("the incident of a group, whatever becomes of its members (property)", () => {
  it("keeps the order, writes each template at most once, frees its locks, and has recovered only if no member failed", async () => {
    const outcomes = new Set<string>();
    await fc.assert(
      fc.asyncProperty(members, fc.nat(), async (drawn, fires) => {
        const { fleet, incident, store, others, document } = await play(drawn, fires);

        const ends = Object.entries(incident?.meta.record?.members ?? {});
        const outcome = incident?.meta.outcome ?? "none";
        outcomes.add(outcome);
        expect(incident?.meta.status).toBe("closed");
        expect(ends.map(([name]) => name).sort()).toEqual(drawn.map(({ name }) => name).sort());
        if (ends.some(([, { state }]) => state === "failed")) expect(outcome).not.toBe("recovered");
        expect(new Set(fleet.restored).size).toBe(fleet.restored.length);
        for (const { name, dependsOn } of drawn) {
          const at = fleet.restored.indexOf(name);
          for (const before of dependsOn) if (at >= 0) expect(fleet.restored.indexOf(before)).toBeLessThan(at);
        }
        for (const [name, { state }] of ends) if (state === "restored") expect(fleet.restored).toContain(name);
        for (const name of others) expect(fleet.restored).not.toContain(name);
        expect(fleet.mostAtOnce).toBeLessThanOrEqual(5);
        for (const name of [...drawn.map((member) => member.name), "group:shop"]) {
          expect((await store.holder(name))?.owner).toBe(others.includes(name) ? "rg-by-hand" : undefined);
        }
        expect(JSON.stringify(document).length).toBeLessThan(200 * 1024);
      }),
      { numRuns: 80 },
    );
    expect([...outcomes].sort()).toEqual(expect.arrayContaining(["escalated", "recovered"]));
  }, 120_000);
});
