import { beforeEach, describe, expect, it } from "vitest";
import { aFreeze, MOMENTS, secondsAfter } from "../support/builders/index.ts";
import { FakeWorld } from "./fake-command.ts";

let world: FakeWorld;
beforeEach(() => {
  world = new FakeWorld();
});

const REASON = ["--reason", "INC-311"] as const;
const UNTIL = secondsAfter(MOMENTS.openedAt, 7200);

describe("rollguard freeze", () => {
  it.each([
    ["a service", ["checkout"], "service checkout", { scope: "service", name: "checkout" }],
    ["a group", ["--group", "shop"], "group shop", { scope: "group", name: "shop" }],
    ["everything", ["--all"], "every service", { scope: "all", name: null }],
  ])("freezes %s until a time, and says who and why", async (_name, argv, words, scope) => {
    const { code, out } = await world.run("freeze", ...argv, "--for", "2h", ...REASON);

    expect(code).toBe(0);
    expect(out).toBe(`${words} until 2026-11-20 05:12:40 UTC\n  by ada@desk: INC-311\n`);
    expect(await world.store.governance.freezes(world.clock.now())).toEqual([
      { ...scope, since: MOMENTS.openedAt, until: UNTIL, reason: "INC-311", by: "ada@desk", incidentId: null, security: false },
    ]);
  });

  it("prints one JSON object", async () => {
    expect(JSON.parse((await world.run("freeze", "checkout", "--for", "2h", ...REASON, "--json")).out)).toMatchObject({ until: UNTIL });
  });

  it.each([
    [["freeze", "--for", "1h", ...REASON], "Say whose releases"],
    [["freeze", "checkout", "--all", "--for", "1h", ...REASON], "Say whose releases"],
    [["freeze", "checkout", "--for", "1h"], "required option '-r, --reason"],
    [["freeze", "checkout", ...REASON], "required option '--for"],
    [["freeze", "checkout", "--for", "soon", ...REASON], "Expected a duration such as 90s, 30m or 24h, from 1m to 720h"],
    [["freeze", "checkout", "--for", "31d", ...REASON], "Expected a duration"],
    [["unfreeze"], "Say whose releases"],
  ])("refuses %j and changes nothing", async (argv, sentence) => {
    const { code, notes } = await world.run(...argv);

    expect(code).toBe(2);
    expect(notes).toContain(sentence);
    expect(await world.store.governance.freezes(world.clock.now())).toEqual([]);
  });
});

describe("rollguard unfreeze", () => {
  it("ends the freezes of exactly this scope, also automatic ones", async () => {
    const { governance } = world.store;
    await governance.freeze(aFreeze());
    await governance.freeze(aFreeze({ scope: "group", name: "shop" }));

    const ended = await world.run("unfreeze", "checkout");
    const again = await world.run("unfreeze", "checkout");

    expect([ended.code, ended.out]).toEqual([0, "service checkout: 1 ended\n"]);
    expect([again.code, again.out]).toEqual([0, "service checkout: nothing was frozen\n"]);
    expect(await governance.freezes(world.clock.now())).toMatchObject([{ scope: "group" }]);
  });

  it("lists what it ended as JSON", async () => {
    await world.store.governance.freeze(aFreeze());

    expect(JSON.parse((await world.run("unfreeze", "checkout", "--json")).out)).toEqual([aFreeze()]);
  });
});

describe("rollguard freezes", () => {
  it("shows those that hold, with the incident that left them", async () => {
    await world.store.governance.freeze(aFreeze({ security: true }));
    await world.store.governance.freeze(aFreeze({ name: "over", until: MOMENTS.openedAt }));

    const { code, out } = await world.run("freezes");

    expect(code).toBe(0);
    expect(out).toBe(
      "service checkout until 2026-11-20 04:12:40 UTC\n  by inc-earlier: immediate rollback of checkout; class security: not even a fix passes\n",
    );
  });

  it("says that nothing is frozen, and prints a list as JSON", async () => {
    expect((await world.run("freezes")).out).toBe("nothing is frozen\n");
    expect(JSON.parse((await world.run("freezes", "--json")).out)).toEqual([]);
  });
});

describe("rollguard breaker", () => {
  const fail = (id: string, secondsAgo: number) => {
    const at = secondsAfter(MOMENTS.openedAt, -secondsAgo);
    world.store.governance.writeClosing(
      { service: "checkout", id, closedAt: at },
      {
        rollback: { incidentId: id, service: "checkout", at, outcome: "failed" },
        approved: false,
        freezes: [],
      },
    );
  };

  it("is closed where nothing ever failed", async () => {
    expect((await world.run("breaker")).out).toMatch(/^closed \(.*\)\n {2}no failed rollback counts\n$/);
  });

  it("is shown open with the failures, and closed by a person with the reason", async () => {
    fail("inc-1", 200);
    fail("inc-2", 150);
    fail("inc-3", 100);
    fail("inc-old", 100_000);

    const shown = await world.run("breaker");
    const closed = await world.run("breaker", "close", "--reason", "the metrics are back");

    expect(shown.out).toContain("open since 2026-11-20 03:11:00 UTC, until 2026-11-20 04:11:00 UTC (by the default limits");
    expect(shown.out).toContain("  failed: inc-1 at 2026-11-20 03:09:20 UTC\n  failed: inc-2 at ");
    expect(shown.out).not.toContain("inc-old");
    expect(closed.out).toBe(
      "closed (by the default limits; 'rollguard status' tells each service's)\n  closed by ada@desk at 2026-11-20 03:12:40 UTC: the metrics are back\n  no failed rollback counts\n",
    );
    expect((await world.store.governance.breaker(world.clock.now())).closedAt).toBe(MOMENTS.openedAt);
  });

  it("prints one JSON object", async () => {
    fail("inc-1", 200);

    expect(JSON.parse((await world.run("breaker", "--json")).out)).toMatchObject({ failures: [{ incidentId: "inc-1" }], closedAt: null });
  });

  it.each([
    [["breaker", "close"], "Closing the breaker needs a reason"],
    [["breaker", "open", ...REASON], "The breaker can be closed, not 'open'"],
    [["breaker", ...REASON], "--reason closes nothing by itself"],
  ])("refuses %j", async (argv, sentence) => {
    const { code, notes } = await world.run(...argv);

    expect(code).toBe(2);
    expect(notes).toContain(sentence);
    expect((await world.store.governance.breaker(world.clock.now())).closedAt).toBeNull();
  });
});
