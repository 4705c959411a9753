import { beforeEach, describe, expect, it } from "vitest";
import type { DescribedService } from "../../functions/entry/start-rollback/describe-services.ts";
import { describeServices } from "../../functions/entry/start-rollback/describe-services.ts";
import { aBlueprint, aFreeze, anIncident, aRelease, GOOD_DIGEST, INCIDENT_ID } from "../support/builders/index.ts";
import { FakeWorld } from "./fake-command.ts";

let world: FakeWorld;
beforeEach(() => {
  world = new FakeWorld();
});

const NEW_DIGEST = `sha256:${"3".repeat(64)}`;
const described = (overrides: Partial<DescribedService> = {}): DescribedService => {
  const [one] = describeServices([aBlueprint()]);
  if (one === undefined) throw new Error("the blueprint was not described");
  return { ...one, ...overrides };
};
const frozen = async (overrides: Parameters<typeof aFreeze>[0] = {}) =>
  await world.store.governance.freeze(aFreeze({ incidentId: INCIDENT_ID, ...overrides }));

describe("rollguard may-release", () => {
  it("answers with exit code 0 where nothing stands in the way", async () => {
    expect(await world.run("may-release", "checkout")).toMatchObject({
      code: 0,
      out: "checkout may be released\n  nothing stands in the way\n",
    });
    expect([world.tables[0], world.functions]).toEqual(["deployed-table", ["deployed-function"]]);
  });

  it("answers with exit code 5 while frozen, and says until when and why", async () => {
    await frozen();

    const { code, out } = await world.run("may-release", "checkout");

    expect(code).toBe(5);
    expect(out).toBe(
      `checkout may not be released before 2026-11-20 04:12:40 UTC\n  service checkout is frozen by ${INCIDENT_ID}: immediate rollback of checkout until 2026-11-20T04:12:40.820Z\n`,
    );
  });

  it("counts the freeze of the service's group, and the weekly windows of its blueprint", async () => {
    await frozen({ scope: "group", name: "shop" });
    const alone = await world.run("may-release", "checkout");
    // 2026-11-20 is a Friday
    world.services = [described({ group: "shop", freezeWindows: [{ name: "fridays", fromMinute: 4 * 1440, toMinute: 5 * 1440 }] })];
    const together = await world.run("may-release", "checkout", "--json");

    expect(alone.code).toBe(0);
    expect(together.code).toBe(5);
    expect(JSON.parse(together.out)).toMatchObject({
      service: "checkout",
      at: "2026-11-20T03:12:40.820Z",
      allowed: false,
      rule: "freeze",
      until: "2026-11-21T00:00:00.000Z",
    });
  });

  it("lets a new digest that fixes the incident pass, and no digest that was out before", async () => {
    await world.seed(anIncident());
    await frozen();
    world.ledger.seedReleases(aRelease());

    const fix = await world.run("may-release", "checkout", "--digest", NEW_DIGEST, "--fixes", INCIDENT_ID, "--json");
    const old = await world.run("may-release", "checkout", "--digest", GOOD_DIGEST, "--fixes", INCIDENT_ID);

    expect(fix.code).toBe(0);
    expect(JSON.parse(fix.out)).toMatchObject({ allowed: true, rule: "fix" });
    expect(old.code).toBe(5);
    expect(old.out).toContain("was released before, so it is no fix");
  });

  it("knows incidents of this service and its group alone", async () => {
    await world.seed(anIncident());
    const cart = described({ service: "cart" });
    world.services = [described(), cart];

    const foreign = await world.run("may-release", "cart", "--digest", NEW_DIGEST, "--fixes", INCIDENT_ID);
    world.services = [described({ group: "shop" }), { ...cart, group: "shop" }];
    const together = await world.run("may-release", "cart", "--digest", NEW_DIGEST, "--fixes", INCIDENT_ID);

    expect(foreign.code).toBe(2);
    expect(foreign.notes).toContain("is of checkout: a release of cart does not fix it");
    expect(together.code).toBe(0);
  });

  it.each([
    [["may-release", "nobody"], 3, "No blueprint is deployed for service nobody"],
    [["may-release", "checkout", "--fixes", "inc-none", "--digest", NEW_DIGEST], 3, "There is no incident inc-none"],
    [["may-release", "checkout", "--digest", "v1.2"], 2, "--digest v1.2 is no image digest"],
    [["may-release"], 2, "missing required argument"],
  ])("refuses %j with exit code %i, which no pipeline takes for an answer", async (argv, exitCode, sentence) => {
    const { code, notes } = await world.run(...argv);

    expect(code).toBe(exitCode);
    expect(notes).toContain(sentence);
  });

  it("answers no pipeline when it cannot ask", async () => {
    world.failure = new Error("no network");

    expect((await world.run("may-release", "checkout")).code).toBe(1);
  });
});
