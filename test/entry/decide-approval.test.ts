import { describe, expect, it } from "vitest";
import { PermissionError, TransientUpstreamError } from "../../functions/domain/errors.ts";
import { decideApprovalSchemas } from "../../functions/entry/decide-approval/decide-approval.ts";
import { INCIDENT_ID } from "../support/builders/moments.ts";
import { approvalScene } from "./support/approval-scene.ts";

describe("decide-approval", () => {
  it.each([
    ["approve", "approved"],
    ["deny", "denied"],
  ] as const)("%s: written down, and the run is told", async (decision, state) => {
    const { clock, run, token, approvals, decide, events } = await approvalScene();
    clock.advance(60);

    expect(await decide(decision)).toMatchObject({ outcome: "decided", state, delivered: true });

    const decidedAt = clock.now().toISOString();
    expect(run.answered(token)).toEqual({
      state,
      decidedBy: "ada",
      via: "cli",
      reason: "looked at it",
      decidedAt,
      planHash: "a1b2c3d4e5f6",
    });
    expect(await approvals.latest(INCIDENT_ID)).toMatchObject({ state, decidedAt, delivered: true });
    expect(events()).toMatchObject([{ type: `approval_${state}`, urgency: "notice", message: expect.stringContaining("by ada") }]);
  });

  it("answers a repetition with how it stands, and sends nothing again", async () => {
    const { run, decide, events } = await approvalScene();
    await decide("approve");
    run.failures.push(new Error("must not be sent"));

    expect(await decide("approve")).toMatchObject({ outcome: "already-decided", state: "approved" });
    expect(await decide("deny", { by: "bob" })).toMatchObject({
      outcome: "already-decided",
      state: "approved",
      message: expect.stringContaining("was approved by ada"),
    });
    expect(events()).toHaveLength(1);
  });

  it("says that it is too late once the deadline has decided", async () => {
    const { clock, decide, sweep } = await approvalScene();
    clock.advance(901);
    await sweep();

    expect(await decide("approve")).toMatchObject({
      outcome: "too-late",
      state: "expired",
      message: expect.stringContaining("ran out unanswered: nobody decided within 15 m 0 s"),
    });
  });

  it.each([899, 900, 960])(
    "takes an approval %i s after the question only before the deadline, and leaves the rest to the sweep",
    async (seconds) => {
      const { clock, run, token, approvals, decide } = await approvalScene();
      const deadlineAt = (await approvals.latest(INCIDENT_ID))?.deadlineAt ?? "";
      clock.advance(seconds);

      const answer = await decide("approve");

      const inTime = seconds < 900;
      expect(answer).toMatchObject(inTime ? { outcome: "decided" } : { outcome: "too-late", state: "pending", delivered: false });
      if (!inTime) expect(answer.message).toContain(`too late, the deadline was ${deadlineAt}`);
      expect(run.answered(token) === null).toBe(!inTime);
      expect(await approvals.latest(INCIDENT_ID)).toMatchObject({ state: inTime ? "approved" : "pending" });
    },
  );

  it("takes a denial after the deadline, as long as the sweep has not decided", async () => {
    const { clock, run, token, decide } = await approvalScene();
    clock.advance(960);

    expect(await decide("deny")).toMatchObject({ outcome: "decided", state: "denied", delivered: true });
    expect(run.answered(token)).toMatchObject({ state: "denied" });
  });

  it("says that it is too late when the run waits no more, and leaves nothing to be sent", async () => {
    const { clock, run, token, approvals, decide } = await approvalScene();
    run.end(token);

    expect(await decide("approve")).toMatchObject({ outcome: "too-late", delivered: false });

    clock.advance(10_000);
    expect(await approvals.due(clock.now().toISOString(), 10)).toEqual([]);
    expect(await decide("approve")).toMatchObject({ outcome: "too-late", message: expect.stringContaining("the run waits no more") });
  });

  it("says that it is too late when the incident has ended, and decides nothing", async () => {
    const { run, token, approvals, decide, close } = await approvalScene();
    await close();

    expect(await decide("approve")).toMatchObject({ outcome: "too-late", message: expect.stringContaining("the incident has ended") });
    expect(run.answered(token)).toBeNull();
    expect(await approvals.latest(INCIDENT_ID)).toMatchObject({ state: "pending" });
  });

  it("does not take an answer to another plan for one to this", async () => {
    const { run, token, approvals, decide } = await approvalScene();

    expect(await decide("approve", { planHash: "000000000000" })).toMatchObject({ outcome: "plan-changed", state: "pending" });

    expect(run.answered(token)).toBeNull();
    expect(await approvals.latest(INCIDENT_ID)).toMatchObject({ state: "pending" });
    expect(await decide("approve", { planHash: "a1b2c3d4e5f6" })).toMatchObject({ outcome: "decided" });
  });

  it("tells the try that waits now, when the state was tried again in between", async () => {
    const { run, token, wait, decide } = await approvalScene();
    run.end(token);
    const second = await wait();

    expect(await decide("approve")).toMatchObject({ outcome: "decided", delivered: true });
    expect(run.answered(second)).toMatchObject({ state: "approved" });
  });

  it("keeps an answer that could not be sent, and says when it will be", async () => {
    const { clock, run, token, approvals, decide } = await approvalScene();
    run.failures.push(new TransientUpstreamError("throttled"));

    expect(await decide("approve")).toMatchObject({
      outcome: "decided",
      delivered: false,
      message: expect.stringContaining("within two minutes"),
    });
    expect(await approvals.latest(INCIDENT_ID)).toMatchObject({ state: "approved", delivered: false });

    // Whoever repeats it after a while sends it.
    expect(await decide("approve")).toMatchObject({ outcome: "already-decided", delivered: false });
    clock.advance(60);
    expect(await decide("approve")).toMatchObject({ outcome: "already-decided", delivered: true });
    expect(run.answered(token)).toMatchObject({ state: "approved" });
  });

  it("fails where waiting does not help", async () => {
    const { run, decide } = await approvalScene();
    run.failures.push(new PermissionError("states:SendTaskSuccess was refused"));

    await expect(decide("approve")).rejects.toBeInstanceOf(PermissionError);
  });

  it("knows nothing of an incident about which nobody was asked", async () => {
    const { decide } = await approvalScene();

    expect(await decide("approve", { incidentId: "inc-other" })).toMatchObject({ outcome: "nothing-asked", state: null });
  });

  it.each([
    ["a denial without a reason", { decision: "deny", by: "ada", incidentId: "i" }],
    ["a denial whose reason is blank", { decision: "deny", by: "ada", incidentId: "i", reason: "  " }],
    ["another decision", { decision: "maybe", by: "ada", incidentId: "i" }],
    ["nobody who decides", { decision: "approve", by: "", incidentId: "i" }],
    ["an unknown key", { decision: "approve", by: "ada", incidentId: "i", token: "x" }],
  ])("refuses %s", (_what, decide) => {
    expect(decideApprovalSchemas.input.safeParse({ decide }).success).toBe(false);
  });
});
