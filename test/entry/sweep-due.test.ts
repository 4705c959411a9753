import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TransientUpstreamError } from "../../functions/domain/errors.ts";
import { sweepDue } from "../../functions/entry/sweep-due/sweep-due.ts";
import { INCIDENT_ID } from "../support/builders/moments.ts";
import { recordingLogger, silentLogger } from "../support/fakes/silent-logger.ts";
import { approvalScene } from "./support/approval-scene.ts";

const NOTHING = { due: 0, expired: 0, sent: 0, tooLate: 0, failures: [] };

describe("the sweep of approvals", () => {
  it("leaves alone what may still be decided", async () => {
    const { clock, approvals, sweep } = await approvalScene();
    clock.advance(899);

    expect(await sweep()).toEqual(NOTHING);
    expect(await approvals.latest(INCIDENT_ID)).toMatchObject({ state: "pending" });
  });

  it.each([
    ["proceed", "approved", "notice"],
    ["abort", "denied", "notice"],
    ["escalate", "expired", "page"],
  ] as const)("on_timeout %s: at the deadline it is %s, the run is told, and people by a %s", async (onTimeout, state, urgency) => {
    const { clock, run, token, sweep, events } = await approvalScene({ onTimeout });
    clock.advance(900);

    expect(await sweep()).toEqual({ ...NOTHING, due: 1, expired: 1 });

    expect(run.answered(token)).toMatchObject({
      state,
      decidedBy: "timeout policy",
      via: "policy",
      reason: expect.stringContaining(onTimeout),
    });
    expect(events()).toMatchObject([{ type: `approval_${state}`, urgency }]);
    expect(await sweep()).toEqual(NOTHING);
  });

  it("sends what was decided and could not be sent, until it was taken", async () => {
    const { clock, run, token, decide, sweep } = await approvalScene();
    run.failures.push(new TransientUpstreamError("throttled"), new TransientUpstreamError("throttled"));
    await decide("approve");
    clock.advance(120);

    expect(await sweep()).toMatchObject({ due: 1, sent: 0, failures: [expect.any(TransientUpstreamError)] });
    expect(await sweep()).toEqual({ ...NOTHING, due: 1, sent: 1 });

    expect(run.answered(token)).toMatchObject({ state: "approved", decidedBy: "ada" });
    expect(await sweep()).toEqual(NOTHING);
  });

  it("gives up on a run that waits no more", async () => {
    const { clock, run, token, sweep } = await approvalScene();
    run.end(token);
    clock.advance(900);

    expect(await sweep()).toEqual({ ...NOTHING, due: 1, tooLate: 1 });
    expect(await sweep()).toEqual(NOTHING);
  });

  it("pages nobody about an incident that has ended", async () => {
    const { clock, approvals, sweep, close, events } = await approvalScene();
    await close();
    clock.advance(900);

    expect(await sweep()).toEqual({ ...NOTHING, due: 1, tooLate: 1 });

    expect(await approvals.latest(INCIDENT_ID)).toMatchObject({ state: "void", reason: "the incident has ended" });
    expect(events()).toEqual([]);
  });

  it("fails as a whole when one could not be done, so that its alarm tells of it", async () => {
    const { clock, run, ports } = await approvalScene();
    const logger = recordingLogger();
    run.failures.push(new TransientUpstreamError("throttled"));
    clock.advance(900);

    await expect(sweepDue(ports)({}, { logger })).rejects.toBeInstanceOf(TransientUpstreamError);

    expect(logger.lines).toMatchObject([{ level: "error" }]);
    expect(await sweepDue(ports)({}, { logger: silentLogger })).toMatchObject({ approvals: { due: 0 } });
    clock.advance(60);
    expect(await sweepDue(ports)({}, { logger: silentLogger })).toMatchObject({ approvals: { sent: 1 } });
  });
});

describe("a request, whatever happens to it at the same time (property)", () => {
  const action = fc.constantFrom("approve", "deny", "sweep", "retry", "wait", "throttle", "end");

  it("is decided once, with one event, and every try that was answered got that same decision", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(action, { minLength: 1, maxLength: 3 }), { maxLength: 8 }), async (rounds) => {
        const scene = await approvalScene();
        const tokens = [scene.token];
        const act = {
          approve: () => scene.decide("approve"),
          deny: () => scene.decide("deny", { by: "bob" }),
          sweep: () => scene.sweep(),
          retry: async () => tokens.push(await scene.wait()),
          wait: async () => scene.clock.advance(450),
          throttle: async () => scene.run.failures.push(new TransientUpstreamError("throttled")),
          end: async () => scene.run.end(tokens.at(-1) ?? ""),
        };

        for (const together of rounds) await Promise.all(together.map((name) => act[name]()));
        // In the end the sweep comes round: what is left is sent.
        scene.run.failures.length = 0;
        scene.clock.advance(2000);
        await scene.sweep();
        await scene.sweep();

        const kept = await scene.approvals.latest(INCIDENT_ID);
        expect(kept?.state).not.toBe("pending");
        expect(scene.events()).toHaveLength(1);
        const answers = tokens.flatMap((token) => scene.run.answered(token) ?? []);
        for (const answer of answers)
          expect(answer).toMatchObject({ state: kept?.state, decidedBy: kept?.decidedBy, decidedAt: kept?.decidedAt });
        expect(await scene.approvals.due("2030-01-01T00:00:00.000Z", 10)).toEqual([]);
        const last = tokens.at(-1) ?? "";
        if (!rounds.flat().includes("end")) expect(scene.run.answered(last)).not.toBeNull();
      }),
      { numRuns: 200 },
    );
  });
});
