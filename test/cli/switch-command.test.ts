import { beforeEach, describe, expect, it } from "vitest";
import { MOMENTS } from "../support/builders/index.ts";
import { FakeWorld } from "./fake-command.ts";

let world: FakeWorld;
beforeEach(() => {
  world = new FakeWorld();
});

describe("rollguard switch", () => {
  it("turns everything off and on again, and says who, when and why", async () => {
    const off = await world.run("switch", "off", "--reason", "load test until 16:00");
    const shown = await world.run("switch");
    const stateWhileOff = await world.store.readSwitch();
    const on = await world.run("switch", "on", "--reason", "load test is over");

    expect([off.code, shown.code, on.code]).toEqual([0, 0, 0]);
    expect(stateWhileOff).toEqual({ state: "off", by: "ada@desk", reason: "load test until 16:00", at: MOMENTS.openedAt });
    expect(shown.out).toBe("off: nothing is acted on\n  since 2026-11-20 03:12:40 UTC, by ada@desk: load test until 16:00\n");
    expect((await world.store.readSwitch()).state).toBe("armed");
  });

  it("is armed where nobody ever turned it", async () => {
    expect((await world.run("switch")).out).toBe("armed: Rollguard acts as the blueprints say\n  never switched\n");
  });

  it("prints one JSON object", async () => {
    expect(JSON.parse((await world.run("switch", "--json")).out)).toMatchObject({ state: "armed", reason: "never switched" });
    expect(JSON.parse((await world.run("switch", "off", "--reason", "x", "--json")).out)).toMatchObject({ state: "off", reason: "x" });
  });

  it.each([
    [["switch", "off"], "Turning the switch needs a reason"],
    [["switch", "of", "--reason", "x"], "no position 'of'. Use on or off."],
    [["switch", "--reason", "x"], "--reason turns nothing by itself"],
    [["switch", "on", "off", "--reason", "x"], "too many arguments"],
  ])("refuses %j and changes nothing", async (argv, sentence) => {
    const { code, notes } = await world.run(...argv);

    expect(code).toBe(2);
    expect(notes).toContain(sentence);
    expect((await world.store.readSwitch()).reason).toBe("never switched");
  });
});
