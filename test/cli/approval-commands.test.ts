import { beforeEach, describe, expect, it } from "vitest";
import { askedEvent } from "../../functions/domain/approval-request.ts";
import { sweepApprovals } from "../../functions/entry/sweep-due/sweep-approvals.ts";
import { sealToken } from "../../functions/runtime/sealed-token.ts";
import { anApprovalRequest, anIncident, anOpenIncidentMeta, INCIDENT_ID } from "../support/builders/index.ts";
import { FakeWorld } from "./fake-command.ts";

let world: FakeWorld;
let token: string;
beforeEach(async () => {
  world = new FakeWorld();
  token = world.waiting.issue();
  await world.seed(anIncident({ meta: anOpenIncidentMeta() }));
  const { n: _n, ...first } = anApprovalRequest();
  const request = { ...first, tokenSha256: "5f2c", tokenCipher: await sealToken(world.seal, token, first) };
  await world.approvals.ask(request, askedEvent(request));
});

describe("rollguard approvals", () => {
  it("lists what waits, with the plan in words, the time that is left and what happens without an answer", async () => {
    world.clock.advance(300);

    const { code, out } = await world.run("approvals");

    expect(code).toBe(0);
    expect(out).toBe(
      [
        INCIDENT_ID,
        "  checkout: roll back to demo/checkout:v1, fast (restore-template-1)",
        "  - deploy of demo/checkout:v2-slow 15 s before the onset",
        "  - back to demo/checkout:v1, verdict good",
        "  until 2026-11-20 03:27:40 UTC (10 m 0 s left); without an answer it is dropped, and on-call is paged",
        `  plan a1b2c3d4e5f6: rollguard approve ${INCIDENT_ID}`,
        "",
      ].join("\n"),
    );
    expect(world.tables).toEqual(["deployed-table"]);
  });

  it("prints JSON without anything of the token", async () => {
    const { out } = await world.run("approvals", "--json");

    expect(JSON.parse(out)).toMatchObject([{ incidentId: INCIDENT_ID, state: "pending", planHash: "a1b2c3d4e5f6" }]);
    expect(out).not.toMatch(/token/i);
  });

  it("says so when nothing waits", async () => {
    await world.run("approve", INCIDENT_ID);

    expect(await world.run("approvals")).toMatchObject({ code: 0, out: "", notes: "Nothing waits for an approval." });
  });
});

describe("rollguard abort of an incident that waits for an approval", () => {
  const abort = () => world.run("abort", INCIDENT_ID, "--reason", "not us");

  it("denies it with the same reason, so that the run ends now, and says so", async () => {
    const { code, out, notes } = await abort();

    expect(code).toBe(0);
    expect(out).toBe(`checkout: ${INCIDENT_ID} is aborted: it waited for an approval, and nothing is carried out\n`);
    expect(notes).toContain("checkout: the approval was denied by ada@desk: not us");
    expect(world.waiting.answered(token)).toMatchObject({ state: "denied", decidedBy: "ada@desk", reason: "not us" });
    expect(await world.controls.read(INCIDENT_ID)).toMatchObject({ state: "aborted" });
  });

  it("can be repeated where the function could not be asked", async () => {
    const { parameters } = world;
    world.parameters = Object.fromEntries(Object.entries(parameters).filter(([name]) => name !== "/rollguard/decide-function"));
    const first = await abort();
    world.parameters = parameters;
    const second = await world.run("abort", INCIDENT_ID, "--reason", "not us", "--json");

    expect([first.code, second.code]).toEqual([3, 0]);
    expect(JSON.parse(second.out)).toMatchObject({ state: "aborted", approval: { outcome: "decided", state: "denied" } });
    expect(await abort()).toMatchObject({ code: 2, notes: expect.stringContaining("was aborted before") });
  });

  it("asks the function nothing once it was approved", async () => {
    await world.run("approve", INCIDENT_ID);
    world.functions.length = 0;

    expect(await abort()).toMatchObject({ code: 0, out: expect.stringContaining("the step that has begun is finished") });
    expect(world.functions).toEqual([]);
  });
});

describe("rollguard approve and deny", () => {
  it("approves in the name of who sits there, about the plan that was read", async () => {
    const { code, out } = await world.run("approve", INCIDENT_ID, "--reason", "agreed with payments");

    expect([code, out]).toEqual([0, "checkout: the approval was approved by ada@desk: agreed with payments\n"]);
    expect(world.waiting.answered(token)).toMatchObject({ state: "approved", decidedBy: "ada@desk", via: "cli", planHash: "a1b2c3d4e5f6" });
    expect(world.functions).toEqual(["decide-function"]);
  });

  it("denies with a reason", async () => {
    expect(await world.run("deny", INCIDENT_ID)).toMatchObject({ code: 2, notes: expect.stringContaining("--reason") });
    expect(world.waiting.answered(token)).toBeNull();

    expect(await world.run("deny", INCIDENT_ID, "--reason", "the fix is on its way")).toMatchObject({ code: 0 });
    expect(world.waiting.answered(token)).toMatchObject({ state: "denied", reason: "the fix is on its way" });
  });

  it("is content with what was decided before, if it is the same; if not, it says so", async () => {
    await world.run("approve", INCIDENT_ID);

    expect(await world.run("approve", INCIDENT_ID)).toMatchObject({ code: 0 });
    expect(await world.run("deny", INCIDENT_ID, "--reason", "no")).toMatchObject({
      code: 2,
      out: "",
      notes: expect.stringContaining("was approved by ada@desk"),
    });
  });

  it("is too late after the deadline: a clear answer, and not 0", async () => {
    world.clock.advance(901);
    await sweepApprovals({ approvals: world.approvals, seal: world.seal, run: world.waiting, clock: world.clock });

    const { code, notes } = await world.run("approve", INCIDENT_ID);

    expect(code).toBe(2);
    expect(notes).toContain("too late, the approval ran out unanswered: nobody decided within 15 m 0 s, and on_timeout is escalate");
    expect((await world.run("approve", INCIDENT_ID, "--json")).out).toContain('"outcome": "too-late"');
  });

  it("does not decide about another plan than the one that was named", async () => {
    expect(await world.run("approve", INCIDENT_ID, "--plan", "000000000000")).toMatchObject({
      code: 2,
      notes: expect.stringContaining("it is about plan 000000000000, and plan a1b2c3d4e5f6 waits"),
    });
    expect(world.waiting.answered(token)).toBeNull();
  });

  it("finds nothing where nobody was asked", async () => {
    expect(await world.run("approve", "inc-other")).toMatchObject({ code: 3, notes: expect.stringContaining("rollguard approvals") });
  });
});
