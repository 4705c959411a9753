import { beforeEach, describe, expect, it } from "vitest";
import { PermissionError } from "../../functions/domain/errors.ts";
import { wouldHaveOf } from "../../functions/domain/would-have.ts";
import { aReleaseObservation, aRollbackTrigger, aTrigger, BAD_HASH, GOOD_HASH, MOMENTS, secondsAfter } from "../support/builders/index.ts";
import { FakeWorld } from "./fake-command.ts";

let world: FakeWorld;
beforeEach(() => {
  world = new FakeWorld();
});

const live = aReleaseObservation({
  templateHash: BAD_HASH,
  verdict: "candidate",
  liveSince: MOMENTS.changeAt,
  lastSeenAt: MOMENTS.alarmAt,
});
const observed = () =>
  wouldHaveOf({
    ...{ request: aRollbackTrigger(), fired: aTrigger({ name: "latency-1.5x" }), strategies: {} },
    held: { cause: "observe", because: "its mode is observe: preset latency-1.5x: compare `rollguard incidents --observed` before arming" },
    history: { observations: [live, aReleaseObservation()] },
  });
const notArmed = () =>
  wouldHaveOf({
    request: aRollbackTrigger({ service: "search", at: secondsAfter(MOMENTS.alarmAt, 60), datapoints: [], threshold: null }),
    ...{ fired: aTrigger({ name: "errors-2x", severity: "critical" }), strategies: {}, history: null },
    held: { cause: "not-armed", because: "it acts within 60 min of a change, and the last one is 3 h 2 m old" },
  });

describe("rollguard incidents --observed", () => {
  it("lists what would have been done, newest first, with the reason why it was not", async () => {
    await world.wouldHaves.record(observed());
    await world.wouldHaves.record(notArmed());

    const { code, out } = await world.run("incidents", "--observed");

    expect(code).toBe(0);
    expect(
      out
        .trimEnd()
        .split("\n")
        .map((line) => line.split(/ {2,}/)),
    ).toEqual([
      ["FIRED", "SERVICE", "TRIGGER", "VALUE", "LIMIT", "WOULD HAVE", "WHY NOT"],
      ["2026-11-20 03:13:40 UTC", "search", "errors-2x", "-", "-", "immediate: called people", "not armed"],
      ["", "it acts within 60 min of a change, and the last one is 3 h 2 m old"],
      ["2026-11-20 03:12:40 UTC", "checkout", "latency-1.5x", "483", "200", `fast: ${BAD_HASH} -> ${GOOD_HASH}`, "observe"],
      ["", "its mode is observe: preset latency-1.5x: compare `rollguard incidents --observed` before arming"],
    ]);
  });

  it("breaks a long reason at the terminal's edge", async () => {
    const because = `its mode is observe: ${"a reason that is very long ".repeat(8).trim()}`;
    await world.wouldHaves.record({ ...observed(), because });

    const [, , ...reason] = (await world.run("incidents", "--observed")).out.trimEnd().split("\n");

    expect(reason.length).toBeGreaterThan(1);
    expect(Math.max(...reason.map((line) => line.length))).toBeLessThanOrEqual(100);
    expect(reason.map((line) => line.trim()).join(" ")).toBe(because);
  });

  it("shows no control character of what others wrote", async () => {
    await world.wouldHaves.record({ ...observed(), because: "red \u001b[31m\nand on", service: "che\u0007ckout" });

    const { out } = await world.run("incidents", "--observed");

    // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be there
    expect(out).not.toMatch(/[\u0007\u001b]/);
    expect(out).toContain("and on");
  });

  it("narrows to a service and a number, and prints one JSON array", async () => {
    await world.wouldHaves.record(observed());
    await world.wouldHaves.record(notArmed());

    const ofCheckout = await world.run("incidents", "--observed", "--service", "checkout", "--json");
    const newest = await world.run("incidents", "--observed", "-n", "1", "--json");

    expect(JSON.parse(ofCheckout.out)).toEqual([observed()]);
    expect(JSON.parse(newest.out)).toEqual([notArmed()]);
    expect(world.tables).toEqual(["deployed-table", "deployed-table"]);
  });

  it("says on stderr that there is none, and an empty array on stdout", async () => {
    expect(await world.run("incidents", "--observed", "--service", "search")).toEqual({
      code: 0,
      out: "",
      notes: "No trigger of search has fired that was in observe or not armed.",
    });
    expect((await world.run("incidents", "--observed", "--json")).out).toBe("[]\n");
  });

  it("lists no incident, and no record among the incidents", async () => {
    await world.wouldHaves.record(observed());

    expect((await world.run("incidents", "--json")).out).toBe("[]\n");
  });

  it("fails as the other commands do", async () => {
    world.failure = new PermissionError("dynamodb:Query was refused");

    expect(await world.run("incidents", "--observed")).toMatchObject({
      code: 1,
      notes: expect.stringContaining("AWS refused this call"),
    });
  });
});
