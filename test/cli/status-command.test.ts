import { beforeEach, describe, expect, it } from "vitest";
import { CommandError } from "../../cli/command-error.ts";
import { describeServices } from "../../functions/entry/start-rollback/describe-services.ts";
import { aBlueprint, anApprovalRequest, anEvent, anOpenIncident, aTrigger, INCIDENT_ID, MOMENTS } from "../support/builders/index.ts";
import { aTunedAlarm } from "../support/builders/tuning.ts";
import { FakeWorld } from "./fake-command.ts";
import { v1, v2 } from "./support-releases.ts";

let world: FakeWorld;
beforeEach(() => {
  world = new FakeWorld();
  world.services = describeServices([aBlueprint(), aBlueprint({ service: "basket", mode: "observe" })]);
  world.ledger.seedReleases(v1, v2);
});
const lineOf = (out: string, service: string) => out.split("\n").find((line) => line.startsWith(service)) ?? "";

/** Watches for so many looks; then whoever watches has seen enough. */
async function watched(looks: number, ...more: string[]) {
  const meanwhile = world.meanwhile;
  world.meanwhile = async (pauses) => {
    await meanwhile(pauses);
    if (pauses === looks) throw new CommandError("enough", 1);
  };
  return world.run("status", "--watch", ...more);
}

describe("rollguard status", () => {
  it("has one line for each service with what it runs and where a rollback would lead", async () => {
    const { code, out } = await world.run("status");

    expect(code).toBe(0);
    expect(out.split("\n")[0]).toBe("switch armed");
    expect(lineOf(out, "checkout")).toMatch(/^checkout +armed +auto +ffee00 demo\/checkout:v2-slow +a1b2c3 demo\/checkout:v1 +- +- +- +-$/);
    expect(lineOf(out, "basket")).toMatch(/^basket +armed +observe +- +- +- +- +- +-$/);
  });

  it("tells the open incident with its step, its age and what was said to it, and the approval that is waited for", async () => {
    await world.seed(anOpenIncident());
    await world.store.append(INCIDENT_ID, [
      anEvent({ id: "y#1", data: { stepId: "restore-template-1" } }),
      anEvent({ id: "z#1", data: {} }),
    ]);
    await world.run("pause", "checkout", "--reason", "looking");
    await world.approvals.ask(anApprovalRequest(), anEvent({ id: "z#2" }));
    world.clock.advance(90);

    const { out } = await world.run("status", "checkout");

    expect(lineOf(out, "checkout")).toContain(`${INCIDENT_ID}, at restore-template-1, paused, for 90 s`);
    expect(lineOf(out, "checkout")).toContain("wanted until 2026-11-20 03:27:40 UTC");
    expect(lineOf(out, "basket")).toBe("");
  });

  it("tells of the switch, a freeze and an open breaker", async () => {
    await world.store.writeSwitch({ state: "off", by: "ada", reason: "load test", at: MOMENTS.alarmAt });
    await world.run("freeze", "checkout", "--for", "1h", "--reason", "a migration");
    const governance = world.store.governance;
    const failures = ["inc-1", "inc-2", "inc-3"].map((incidentId) => ({ incidentId, at: MOMENTS.alarmAt }));
    governance.breaker = async () => ({ failures, closedAt: null });

    const { out } = await world.run("status");

    expect(out).toContain("switch off: nothing is acted on since 2026-11-20 03:12:40 UTC, by ada");
    expect(lineOf(out, "checkout")).toMatch(/^checkout +off +auto .*until 2026-11-20 04:12:40 UTC +open until 2026-11-20 04:12:40 UTC/);
    expect(lineOf(out, "basket")).toMatch(/^basket +off +observe +- +- +- +- +open until/);
  });

  it("tells what alarms were tuned to, from which baseline and how long ago", async () => {
    await world.tunings.keep(aTunedAlarm());
    await world.tunings.keep(
      aTunedAlarm({ trigger: "errors", alarmName: "rollguard-checkout-errors", unit: "%", threshold: 2.5, appliedAt: null }),
    );

    const { out } = await world.run("status", "checkout");
    const json = await world.run("status", "checkout", "--json");

    expect(lineOf(out, "TUNED ALARM")).toMatch(/^TUNED ALARM +THRESHOLD +BASELINE +TUNED$/);
    expect(lineOf(out, "rollguard-checkout-latency-p95")).toMatch(
      /^rollguard-checkout-latency-p95 +240 ms +120 ms of 59 points until 2026-11-20 03:12:05 UTC +31 s ago$/,
    );
    expect(lineOf(out, "rollguard-checkout-errors")).toMatch(/ 2.5% .* ago, not yet in CloudWatch$/);
    expect(JSON.parse(json.out).services[0].tuned).toMatchObject([{ trigger: "errors" }, { trigger: "latency-p95", threshold: 240 }]);
  });

  it("tells of the alarms that wait for a baseline, and why", async () => {
    const form = { type: "baseline", operator: ">", by: "factor", amount: 2, against: "before", floor: null, control: null } as const;
    const rises = aTrigger({ name: "rises", alarmName: "rollguard-checkout-rises-tuned", rule: null, form });
    world.services = describeServices([aBlueprint({ triggers: [rises] })]);
    const unknown = await world.run("status", "checkout");
    world.ledger.seedReleases({ ...v2, verdict: "good", healthySince: MOMENTS.alarmAt });
    const { out } = await world.run("status", "checkout");
    const json = await world.run("status", "checkout", "--json");
    await world.tunings.keep(aTunedAlarm({ trigger: "rises", alarmName: rises.alarmName }));

    expect(lineOf(unknown.out, rises.alarmName)).toMatch(/^rollguard-checkout-rises-tuned +waiting: no alarm +\S.* +-$/);
    expect(lineOf(out, rises.alarmName)).toContain("too few points, or 0, of which nothing is a multiple");
    expect(JSON.parse(json.out).services[0].waiting).toMatchObject([{ trigger: "rises", alarmName: rises.alarmName }]);
    expect(lineOf((await world.run("status", "checkout")).out, rises.alarmName)).not.toContain("waiting");
  });

  it("tells of an alarm that was taken away until its hour is known again", async () => {
    await world.tunings.keep(aTunedAlarm({ basis: "away", why: "nothing is known of the hours around 03:00 UTC", appliedAt: null }));

    const { out } = await world.run("status", "checkout");

    expect(lineOf(out, "rollguard-checkout-latency-p95")).toMatch(/ waiting: no alarm +nothing is known of the hours around 03:00 UTC +-$/);
  });

  it("prints one JSON object", async () => {
    const { out } = await world.run("status", "--json");

    expect(JSON.parse(out)).toMatchObject({
      switch: { state: "armed" },
      services: [
        { service: "basket", live: null, incident: null },
        {
          service: "checkout",
          acting: "armed",
          live: { hash: v2.hash },
          lastGood: { hash: v1.hash },
          frozenUntil: null,
          breakerUntil: null,
        },
      ],
    });
  });

  it("ends with 3 for a service that is not deployed", async () => {
    expect(await world.run("status", "chekout")).toMatchObject({
      code: 3,
      notes: expect.stringContaining("No blueprint is deployed for service chekout"),
    });
  });
});

describe("rollguard status --watch", () => {
  it("prints a line for each service, and later only those that have changed", async () => {
    world.meanwhile = async (pauses) => {
      if (pauses === 2) await world.seed(anOpenIncident());
    };

    const { out } = await watched(4);

    const lines = out.trimEnd().split("\n");
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(/^03:12:40 basket {2}armed {2}observe$/);
    expect(lines[2]).toMatch(/^03:12:50 checkout {2}armed .*inc-checkout.*at its assessment, for 10 s$/);
  });

  it("prints one JSON object a line", async () => {
    const { out } = await watched(3, "checkout", "--json");

    expect(
      out
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line).service),
    ).toEqual(["checkout"]);
  });

  it("draws over the last picture on a terminal", async () => {
    world.redraws = true;

    const { out } = await watched(3);

    expect(out.split("\u001b[4A\u001b[J")).toHaveLength(3);
    expect(out.match(/^basket/gm)).toHaveLength(3);
  });
});
