import { beforeEach, describe, expect, it } from "vitest";
import { aNotRecoveredIncident, anEvent, anIncident, anOpenIncident, MOMENTS } from "../support/builders/index.ts";
import { FakeWorld } from "./fake-command.ts";

const RESUME = ["resume", "checkout", "--reason", "the revert is merged"] as const;

let world: FakeWorld;
beforeEach(() => {
  world = new FakeWorld();
});

describe("rollguard resume", () => {
  it("asks, sends a request of its own and ends with 0 when the workload is given back", async () => {
    await world.seed(anOpenIncident());
    world.answer = "yes";
    world.meanwhile = async () => {
      await world.store.close(anIncident().meta, anEvent({ id: "z#2", message: "given back" }), []);
    };

    const { code, notes } = await world.run(...RESUME);

    expect(world.asked).toEqual(["Give checkout back to its GitOps controller, which will apply what its source wants? [y/N] "]);
    expect(world.requests).toEqual([
      { action: "resume", service: "checkout", reason: "the revert is merged", requestedBy: "ada@desk", at: MOMENTS.openedAt },
    ]);
    expect(notes).toContain("Resume of checkout started");
    expect(code).toBe(0);
  });

  it("ends with another code when it was refused", async () => {
    await world.seed(anOpenIncident());
    const { meta } = aNotRecoveredIncident();
    world.meanwhile = async () => {
      await world.store.close(
        { ...meta, outcome: "escalated", summary: "still at revision c0ffee2" },
        anEvent({ id: "z#2", message: "refused" }),
        [],
      );
    };

    const { code, out } = await world.run(...RESUME, "--yes");

    expect(code).toBe(4);
    expect(out).toContain("still at revision c0ffee2");
  });

  it.each([
    [["resume", "checkout", "--yes"], /--reason/],
    [["resume", "checkout", "--reason", "why"], /A resume needs a yes/],
  ])("starts nothing on %j", async (argv, message) => {
    const { code, notes } = await world.run(...argv);

    expect(code).not.toBe(0);
    expect(notes).toMatch(message);
    expect(world.requests).toEqual([]);
  });
});
