import { beforeEach, describe, expect, it } from "vitest";
import { renderReport } from "../../cli/report/render-report.ts";
import {
  aHostileIncident,
  aNotRecoveredIncident,
  anEscalation,
  anEvent,
  anIncident,
  INCIDENT_ID,
  MOMENTS,
  secondsAfter,
} from "../support/builders/index.ts";
import { FakeWorld } from "./fake-command.ts";

const END = MOMENTS.closedAt;
const TOPIC = "arn:aws:sns:eu-central-1:111122223333:checkout";
const CALLED = [
  anEscalation({ tier: "devops", dueAt: secondsAfter(END, 780), urgency: "notice" }),
  anEscalation({ tier: "on-call", dueAt: END }),
  anEscalation({ tier: "management", dueAt: secondsAfter(END, 180) }),
];

let world: FakeWorld;
beforeEach(async () => {
  world = new FakeWorld();
  const { meta, events } = aNotRecoveredIncident();
  const [first = anEvent()] = events;
  await world.store.close({ ...meta, topicArn: TOPIC }, first, [], undefined, { governance: null, escalations: CALLED });
  // the end itself was a while ago
  await world.store.escalations.send(anEscalation({ tier: "management", dueAt: secondsAfter(END, 180) }), secondsAfter(END, 200));
});

describe("rollguard escalations", () => {
  it("lists who is still to be called, soonest first", async () => {
    await world.store.escalations.schedule(
      [anEscalation({ incidentId: "inc-search", service: "search", dueAt: secondsAfter(END, 60) })],
      END,
    );

    const { code, out } = await world.run("escalations");

    expect(code).toBe(0);
    expect(out.split("\n").map((line) => line.replace(/ +/g, " "))).toEqual([
      "WHO SERVICE HOW IT STANDS INCIDENT",
      `on-call checkout to be called after 2026-11-20 03:13:24 UTC ${INCIDENT_ID}`,
      "management search to be called after 2026-11-20 03:14:24 UTC inc-search",
      `devops checkout to be called after 2026-11-20 03:26:24 UTC ${INCIDENT_ID}`,
      "",
    ]);
  });

  it("shows all of one incident, also who was called", async () => {
    const { out } = await world.run("escalations", "--incident", INCIDENT_ID);

    expect(out).toContain("called at 03:16:44");
    expect(out.trim().split("\n")).toHaveLength(4);
  });

  it("prints a JSON list, also an empty one", async () => {
    expect(JSON.parse((await world.run("escalations", "--json")).out)).toHaveLength(2);
    await world.run("ack", INCIDENT_ID);
    expect(JSON.parse((await world.run("escalations", "--json")).out)).toEqual([]);
    expect(await world.run("escalations")).toMatchObject({ code: 0, out: "", notes: expect.stringContaining("Nobody is to be called.") });
  });

  it("knows no incident that there is not", async () => {
    expect(await world.run("escalations", "--incident", "inc-nothing")).toMatchObject({
      notes: expect.stringContaining("There is no incident inc-nothing"),
    });
  });
});

describe("rollguard ack", () => {
  it("silences whoever is still to be called, with person and reason, and takes nothing back", async () => {
    const { code, out } = await world.run("ack", "latest", "--reason", "rolling forward");

    expect([code, out]).toEqual([0, `${INCIDENT_ID}: not called any more: on-call, devops\n`]);
    expect(await world.store.escalations.of(INCIDENT_ID)).toMatchObject([
      { tier: "on-call", state: "acknowledged", settledBy: "ada@desk", settledReason: "rolling forward", settledAt: MOMENTS.openedAt },
      { tier: "management", state: "sent" },
      { tier: "devops", state: "acknowledged" },
    ]);
    const told = world.store.eventsOf(INCIDENT_ID).find(({ type }) => type === "escalation_acknowledged");
    expect(told?.message).toBe("checkout: acknowledged by ada@desk (rolling forward); not called any more: on-call, devops");
    expect(told?.topicArn).toBe(TOPIC);
  });

  it("silences only the tiers that are named", async () => {
    const { out } = await world.run("ack", INCIDENT_ID, "--only", "devops", "product", "--json");

    expect(JSON.parse(out)).toMatchObject([{ tier: "devops" }]);
    expect(await world.store.escalations.pending(10)).toMatchObject([{ tier: "on-call" }]);
  });

  it("has a reason of its own, and says so when nobody was still to be called", async () => {
    await world.run("ack", INCIDENT_ID);
    const again = await world.run("ack", INCIDENT_ID);

    expect(again).toMatchObject({ code: 0, out: `${INCIDENT_ID}: nobody was still to be called\n` });
    expect((await world.store.escalations.of(INCIDENT_ID))[0]?.settledReason).toBe("looking into it");
  });

  it.each([
    [["ack"], 2, "missing required argument"],
    [["ack", INCIDENT_ID, "--reason", " "], 2, "Expected a reason"],
    [["ack", INCIDENT_ID, "--only", "boss"], 2, "Allowed choices are on-call, management"],
    [["ack", "inc-nothing"], 3, "There is no incident inc-nothing"],
  ])("refuses %j and silences nobody", async (argv, code, sentence) => {
    const result = await world.run(...argv);

    expect(result.notes).toContain(sentence);
    expect(result.code).toBe(code);
    expect(await world.store.escalations.pending(10)).toHaveLength(2);
  });
});

describe("who was called", () => {
  it("is in show, with the state of each tier", async () => {
    const { out } = await world.run("show", INCIDENT_ID);

    expect(out).toMatch(
      /Who was called\n {2}on-call +to be called after 2026-11-20 03:13:24 UTC\n {2}management +called at 03:16:44\n {2}devops/,
    );
  });

  it("is in the report, and no text in it is markup", () => {
    const acknowledged = anEscalation({
      state: "acknowledged",
      settledAt: END,
      settledBy: "<script>window.harmed = true</script>",
      settledReason: "on it",
    });
    const report = renderReport({ ...aHostileIncident(), escalations: [acknowledged, anEscalation({ tier: "devops" })] });

    expect(report).toContain('<h2 id="escalations">Who was called</h2>');
    expect(report).toContain("acknowledged by &lt;script&gt;");
    expect(report).not.toContain("<script>window.harmed");
  });

  it("is left out where nobody is called", async () => {
    expect(renderReport(anIncident())).not.toContain("Who was called");
  });
});
