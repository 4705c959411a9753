import { beforeEach, describe, expect, it } from "vitest";
import { anIncident, anOpenIncident, INCIDENT_ID } from "../support/builders/index.ts";
import { FakeWorld } from "./fake-command.ts";

let world: FakeWorld;
beforeEach(() => {
  world = new FakeWorld();
});
const word = () => world.controls.read(INCIDENT_ID);

describe("rollguard pause, resume and abort", () => {
  it("are told to a running incident by its id or by its service, with one event each", async () => {
    await world.seed(anOpenIncident());

    const paused = await world.run("pause", INCIDENT_ID, "--reason", "looking");
    expect(await word()).toEqual({ state: "paused", by: "ada@desk", reason: "looking", at: "2026-11-20T03:12:40.820Z" });
    world.clock.advance(10);
    const resumed = await world.run("resume", "checkout", "--reason", "looked");
    expect((await word()).state).toBe("run");
    world.clock.advance(10);
    const aborted = await world.run("abort", "checkout", "--reason", "not us");
    expect((await word()).state).toBe("aborted");

    expect([paused.code, resumed.code, aborted.code]).toEqual([0, 0, 0]);
    expect(paused.out).toContain("is paused: the step that has begun is finished, the next one waits");
    expect(aborted.out).toContain("the update strategy is put back");
    expect(world.store.eventsOf(INCIDENT_ID).filter(({ type }) => /_(paused|resumed|aborted)$/.test(type))).toMatchObject([
      { message: "checkout: paused by ada@desk: looking", urgency: "notice", service: "checkout" },
      { message: "checkout: resumed by ada@desk: looked" },
      { message: "checkout: aborted by ada@desk: not us" },
    ]);
    expect(world.requests).toEqual([]);
  });

  it("print one JSON object", async () => {
    await world.seed(anOpenIncident());

    const { out } = await world.run("pause", "checkout", "--reason", "looking", "--json");

    expect(JSON.parse(out)).toMatchObject({ incident: INCIDENT_ID, service: "checkout", state: "paused", reason: "looking" });
  });

  it("change nothing once the incident was aborted, or has ended", async () => {
    await world.seed(anOpenIncident());
    await world.run("abort", INCIDENT_ID, "--reason", "not us");
    const after = await world.run("pause", INCIDENT_ID, "--reason", "looking");
    const again = await world.run("resume", INCIDENT_ID, "--reason", "go on");
    const ended = new FakeWorld();
    await ended.seed(anIncident());

    expect(after).toMatchObject({ code: 2, notes: expect.stringContaining("was aborted before, and that is final") });
    expect(again).toMatchObject({ code: 2, notes: expect.stringContaining("is not paused (aborted by ada@desk)") });
    expect(await ended.run("abort", INCIDENT_ID, "--reason", "x")).toMatchObject({
      code: 2,
      notes: expect.stringContaining("has ended already (recovered)"),
    });
  });

  it("need an incident that there is, one that is paused for a resume, and a reason", async () => {
    const none = await world.run("pause", "inc-none", "--reason", "x");
    const noOpen = await world.run("abort", "checkout", "--reason", "x");
    await world.seed(anOpenIncident());
    const notPaused = await world.run("resume", INCIDENT_ID, "--reason", "x");
    const noReason = await world.run("abort", INCIDENT_ID);

    expect([none.code, noOpen.code, notPaused.code, noReason.code]).toEqual([3, 3, 2, 2]);
    expect(notPaused.notes).toContain("is not paused (nobody has said so)");
    expect(await word()).toMatchObject({ state: "run", by: "" });
  });
});
