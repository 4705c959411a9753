import { describe, expect, it } from "vitest";
import { PermissionError, TransientUpstreamError } from "../../functions/domain/errors.ts";
import { controlEvent } from "../../functions/domain/incident-control.ts";
import { decideApproval } from "../../functions/entry/decide-approval/decide-approval.ts";
import type { AcquireResult } from "../../functions/ports/incident-store.ts";
import { BAD_HASH, GOOD_HASH } from "../support/builders/index.ts";
import { silentLogger } from "../support/fakes/silent-logger.ts";
import { aFleetScene, alarmInput, type FleetService } from "../support/machine/fleet-scene.ts";
import { order } from "../support/machine/play.ts";
import { runRollback } from "../support/machine/run-rollback.ts";

const SHOP: readonly FleetService[] = [
  { name: "api", group: "shop", dependsOn: ["db"] },
  { name: "db", group: "shop" },
  { name: "web", group: "shop", dependsOn: ["api"] },
];

async function playGroup(
  services: readonly FleetService[],
  fires = "web",
  prepare: (scene: ReturnType<typeof aFleetScene>) => unknown = () => {},
) {
  const scene = aFleetScene(services);
  await prepare(scene);
  const input = alarmInput(fires);
  const result = await runRollback(scene.ports, input, { onWait: scene.onWait });
  const incident = await scene.store.read(input.incidentId);
  const members = incident?.meta.record?.members ?? {};
  const states = Object.fromEntries(Object.entries(members).map(([service, { state }]) => [service, state]));
  const locks = [...services.map(({ name }) => name), "group:shop"];
  const held = (await Promise.all(locks.map((name) => scene.store.holder(name)))).filter((holder) => holder !== null);
  return { ...scene, input, result, incident, members, states, held };
}

describe("the incident of a group", () => {
  it("is rolled back roots first, one incident and one end for all", async () => {
    const { result, fleet, states, incident, held, ledger } = await playGroup(SHOP);

    expect(fleet.restored).toEqual(["db", "api", "web"]);
    expect(states).toEqual({ api: "restored", db: "restored", web: "restored" });
    expect(incident?.meta).toMatchObject({ outcome: "recovered", group: "shop", service: "web" });
    expect(result.failure).toBeNull();
    expect(held).toEqual([]);
    for (const { name } of SHOP) {
      const bad = (await ledger.observations(name)).find(({ templateHash }) => templateHash === BAD_HASH);
      expect(bad?.verdict).toBe("bad");
    }
  });

  it("visits the states of a single service in the same order", async () => {
    const alone = await playGroup([{ name: "web" }]);
    const together = await playGroup(SHOP);

    expect(order(together.result.visited)).toEqual(order(alone.result.visited));
  });

  it("leaves a service without a group the document that it had", async () => {
    const { result } = await playGroup([{ name: "web" }, { name: "api", group: "shop" }]);

    for (const payload of result.payloads) expect(payload).not.toMatch(/"(lanes|waves|group":\{"name|again)"/);
    expect(result.payloads.length).toBeGreaterThan(5);
  });

  it("changes at most five services at the same time", async () => {
    const many = Array.from({ length: 8 }, (_, index): FleetService => ({ name: `s${index}`, group: "shop" }));

    const { fleet, states } = await playGroup(many, "s3");

    expect(Object.values(states)).toEqual(Array.from({ length: 8 }, () => "restored"));
    expect(fleet.mostAtOnce).toBeLessThanOrEqual(5);
    expect(fleet.restored.slice(0, 5).sort()).toEqual(["s0", "s1", "s2", "s3", "s4"]);
  });

  it("heals a service without a change of its own by the release of the one it depends on", async () => {
    const { states, fleet, incident } = await playGroup([
      { name: "db", group: "shop" },
      { name: "web", group: "shop", dependsOn: ["db"], changed: false, unwellBy: ["db"] },
    ]);

    expect(fleet.restored).toEqual(["db"]);
    expect(states).toEqual({ db: "restored", web: "skipped" });
    expect(incident?.meta.outcome).toBe("recovered");
  });

  it("has not recovered while the alarm of a member that was not rolled back stays red", async () => {
    const { states, incident, held } = await playGroup([
      { name: "db", group: "shop" },
      { name: "web", group: "shop", dependsOn: ["db"], changed: false, neverRecovers: true },
    ]);

    expect(states).toEqual({ db: "restored", web: "skipped" });
    expect(incident?.meta.outcome).toBe("escalated");
    expect(incident?.meta.summary).toContain("still in ALARM, of members that were not rolled back: rollguard-web-latency");
    expect(held).toEqual([]);
  });

  it("leaves alone a member that has a change and is well, unless the strategy is immediate", async () => {
    const well: FleetService = { name: "api", group: "shop", unwellBy: [] };

    const calm = await playGroup([well, { name: "web", group: "shop" }]);
    const grave = await playGroup([well, { name: "web", group: "shop", severity: "critical" }]);

    expect(calm.states).toEqual({ api: "skipped", web: "restored" });
    expect(calm.fleet.of("api").writes).toEqual([]);
    expect(grave.states).toEqual({ api: "restored", web: "restored" });
  });

  it("goes on with the others when one member fails, and says so at the end", async () => {
    const { states, members, incident, held, fleet } = await playGroup(SHOP, "web", ({ fleet }) => {
      fleet.faults.set("db", () => new PermissionError("no rule to patch deployments"));
    });

    expect(states).toEqual({ db: "failed", api: "restored", web: "restored" });
    expect(members.db?.reason).toContain("no rule to patch deployments");
    expect(incident?.meta.outcome).toBe("escalated");
    expect(fleet.restored).toEqual(["api", "web"]);
    expect(held).toEqual([]);
  });

  it("tries a member again that met a fault which passes", async () => {
    let faults = 2;
    const { states, incident } = await playGroup(SHOP, "web", ({ fleet }) => {
      fleet.faults.set("db", () => (faults-- > 0 ? new TransientUpstreamError("throttled") : null));
    });

    expect(states).toEqual({ db: "restored", api: "restored", web: "restored" });
    expect(incident?.meta.outcome).toBe("recovered");
  });

  it("gives up on a member whose fault does not pass", async () => {
    const { states, members } = await playGroup(SHOP, "web", ({ fleet }) => {
      fleet.faults.set("db", () => new TransientUpstreamError("throttled"));
    });

    expect(states).toEqual({ db: "failed", api: "restored", web: "restored" });
    expect(members.db?.reason).toContain("4 times");
  });

  it("is not recovered when a restored member stays unwell", async () => {
    const { states, incident } = await playGroup([
      { name: "db", group: "shop", neverRecovers: true },
      { name: "web", group: "shop", dependsOn: ["db"] },
    ]);

    expect(states).toEqual({ db: "failed", web: "restored" });
    expect(incident?.meta.outcome).toBe("not-recovered");
  });

  it("is not recovered when a rule denied one member, though all others were restored", async () => {
    const { states, members, incident } = await playGroup([
      { name: "db", group: "shop", maxAttempts: 0 },
      { name: "web", group: "shop", dependsOn: ["db"] },
    ]);

    expect(states).toEqual({ db: "failed", web: "restored" });
    expect(members.db?.reason).toContain("rule attempts denies its rollback");
    expect(incident?.meta.outcome).toBe("escalated");
  });

  it("keeps the locks of members whose wave is far away, for longer than a lease", async () => {
    const scene = aFleetScene(SHOP);
    const { store, clock } = scene;
    const began = clock.now().getTime();
    const others: Promise<AcquireResult>[] = [];

    await runRollback(scene.ports, alarmInput("web"), {
      onWait: (seconds) => {
        scene.onWait(seconds + 250);
        if (store.openFor("web") === null) return;
        for (const name of ["web", "group:shop"]) others.push(store.acquire(name, "rg-other", "inc-other", clock.now(), 900));
      },
    });

    expect((clock.now().getTime() - began) / 1000).toBeGreaterThan(2 * 900);
    expect([...new Set((await Promise.all(others)).map(({ outcome }) => outcome))]).toEqual(["held"]);
    expect(scene.fleet.restored).toEqual(["db", "api", "web"]);
  });

  it("leaves a member to the run that holds its lock", async () => {
    const { states, members, fleet, store, clock } = await playGroup(SHOP, "web", (scene) =>
      scene.store.acquire("db", "rg-db-other", "inc-db-other", scene.clock.now(), 900),
    );

    expect(states).toEqual({ db: "skipped", api: "restored", web: "restored" });
    expect(members.db?.reason).toContain("inc-db-other");
    expect(fleet.of("db").writes).toEqual([]);
    expect((await store.acquire("db", "rg-db-other", "inc-db-other", clock.now(), 900)).outcome).toBe("acquired");
  });

  it("asks a person when it is wider than the blueprint allows", async () => {
    const many = Array.from({ length: 6 }, (_, index): FleetService => ({ name: `s${index}`, group: "shop", maxServices: 5 }));

    const { result, fleet, held } = await playGroup(many, "s0");

    expect(result.visited).toContain("RequestApproval");
    expect(fleet.restored).toEqual([]);
    expect(held).toEqual([]);
  });

  it.each([
    { decision: "approve", outcome: "recovered", state: "restored" },
    { decision: "deny", outcome: "denied", state: "planned" },
  ] as const)("asks once for all, and when a person says $decision it ends $outcome", async ({ decision, outcome, state }) => {
    const names = ["s0", "s1", "s2"];
    const scene = aFleetScene(names.map((name) => ({ name, group: "shop", maxServices: 2 })));
    const { incidentId } = alarmInput("s0");
    const decide = { incidentId, decision, by: "ada", reason: "looked at it" };

    const result = await runRollback(scene.ports, alarmInput("s0"), {
      onWait: scene.onWait,
      onAsked: async () => {
        scene.clock.advance(850);
        await decideApproval(scene.ports)({ decide }, { logger: silentLogger });
      },
    });

    const incident = await scene.store.read(incidentId);
    expect(result.visited.filter((name) => name === "RequestApproval")).toHaveLength(1);
    expect(incident?.events.find(({ type }) => type === "approval_requested")?.message).toContain("3 services");
    expect(incident?.meta.outcome).toBe(outcome);
    expect(Object.values(incident?.meta.record?.members ?? {}).map((member) => member.state)).toEqual(names.map(() => state));
    expect(scene.fleet.restored.length).toBe(decision === "approve" ? 3 : 0);
    for (const name of [...names, "group:shop"]) expect(await scene.store.holder(name)).toBeNull();
  });

  it("writes nothing where all observe", async () => {
    const { incident, fleet, states } = await playGroup(SHOP.map((service) => ({ ...service, mode: "observe" })));

    expect(incident?.meta.outcome).toBe("observed");
    expect(fleet.restored).toEqual([]);
    expect(states).toEqual({ api: "planned", db: "planned", web: "planned" });
  });

  it("stays below 200 KB with ten members", async () => {
    const ten = Array.from(
      { length: 10 },
      (_, index): FleetService => ({
        name: `service-with-a-name-${index}`,
        group: "shop",
        alarms: 6,
        aged: true,
        dependsOn: index === 0 ? [] : [`service-with-a-name-${index - 1}`],
      }),
    );

    const { result, incident } = await playGroup(ten, "service-with-a-name-9");

    expect(incident?.meta.outcome).toBe("recovered");
    expect(Math.max(...result.payloads.map((payload) => payload.length))).toBeLessThan(200 * 1024);
    expect(JSON.stringify(result.payloads.at(-1)).length).toBeGreaterThan(50 * 1024);
  });

  it("is aborted as a whole: members whose turn has not come keep what they run, and the locks are free", async () => {
    const { states, fleet, incident, held } = await playGroup(SHOP, "web", ({ fleet, controls, clock }) => {
      const said = { state: "aborted", by: "ada@desk", reason: "the database is at fault" } as const;
      const { incidentId } = alarmInput("web");
      const original = fleet.apply.bind(fleet);
      // the person speaks once the first wave has written
      fleet.apply = async (...all) => {
        const result = await original(...all);
        const at = clock.now().toISOString();
        if (!(await controls.read(incidentId)).by) await controls.set(incidentId, { ...said, at }, controlEvent("web", { ...said, at }));
        return result;
      };
    });

    expect(fleet.restored).toEqual(["db"]);
    expect(states).toMatchObject({ api: "failed", web: "failed" });
    expect(incident?.meta.outcome).toBe("escalated");
    expect(incident?.meta.summary).toContain("aborted by ada@desk: the database is at fault");
    expect(held).toEqual([]);
  });

  it("does what a group of one would do alone", async () => {
    const alone = await playGroup([{ name: "web" }]);
    const grouped = await playGroup([{ name: "web", group: "shop" }]);

    expect(grouped.fleet.of("web").writes).toEqual(alone.fleet.of("web").writes);
    expect(grouped.incident?.meta.outcome).toBe(alone.incident?.meta.outcome);
    expect(grouped.result.visited).toEqual(alone.result.visited);
  });

  it("calls a person and writes nothing when no member has a suspected change", async () => {
    const { incident, states, fleet, held } = await playGroup(SHOP.map((service) => ({ ...service, changed: false, neverRecovers: true })));

    expect(incident?.meta.outcome).toBe("escalated");
    expect(states).toEqual({ api: "skipped", db: "skipped", web: "skipped" });
    expect(fleet.restored).toEqual([]);
    expect(held).toEqual([]);
  });

  it("restores what was good, in every member", async () => {
    const { fleet } = await playGroup(SHOP);

    expect(SHOP.map(({ name }) => fleet.of(name).state?.templateHash)).toEqual([GOOD_HASH, GOOD_HASH, GOOD_HASH]);
  });
});
