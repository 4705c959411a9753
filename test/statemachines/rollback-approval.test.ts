import { describe, expect, it } from "vitest";
import { TransientUpstreamError } from "../../functions/domain/errors.ts";
import { DEFAULT_ROLLBACK_POLICY, type RollbackPolicy } from "../../functions/domain/rollback-policy.ts";
import { decideApproval } from "../../functions/entry/decide-approval/decide-approval.ts";
import { sweepApprovals } from "../../functions/entry/sweep-due/sweep-approvals.ts";
import { aBlueprint, GOOD_HASH } from "../support/builders/index.ts";
import { silentLogger } from "../support/fakes/silent-logger.ts";
import { HAPPY, order } from "../support/machine/play.ts";
import { runRollback } from "../support/machine/run-rollback.ts";
import { aScene } from "../support/machine/scene.ts";

const ASKED = HAPPY.flatMap((state) => (state === "NeedsApproval?" ? [state, "RequestApproval", "IsApproved?"] : [state]));
const REFUSED = [...ASKED.slice(0, ASKED.indexOf("ExecuteStep")), "RecordIncident", "DidRecover?", "NotRecovered"];
const rollback = { enabled: true, automatic: false, triggerOnCriticalFailure: true, maxAttempts: 3 };

function askingScene(approval: Partial<RollbackPolicy["approval"]> = {}, mode: "observe" | "approve" | "auto" = "auto") {
  const policy = { ...DEFAULT_ROLLBACK_POLICY, approval: { ...DEFAULT_ROLLBACK_POLICY.approval, ...approval } };
  const scene = aScene({ blueprint: aBlueprint({ rollback, policy, mode }) });
  const decide = (decision: "approve" | "deny", reason = "looked at it") =>
    decideApproval(scene.ports)({ decide: { incidentId: scene.input.incidentId, decision, by: "ada", reason } }, { logger: silentLogger });
  const run = async (onAsked: () => Promise<unknown>) => {
    const result = await runRollback(scene.ports, scene.input, { onWait: scene.onWait, onAsked });
    return { result, incident: await scene.store.read(scene.input.incidentId), holder: await scene.store.holder("checkout") };
  };
  return { ...scene, decide, run, sweep: () => sweepApprovals(scene.ports) };
}

describe("a plan that needs an approval", () => {
  it("approved: is carried out, and the record says by whom", async () => {
    const scene = askingScene();
    const { result, incident, holder } = await scene.run(async () => {
      scene.clock.advance(600);
      expect(scene.workload.writes).toEqual([]);
      expect(await scene.decide("approve")).toMatchObject({ outcome: "decided" });
    });

    expect(order(result.visited)).toEqual(ASKED);
    expect(scene.workload.state?.templateHash).toBe(GOOD_HASH);
    expect(incident?.meta.outcome).toBe("recovered");
    expect(incident?.meta.record?.approval).toMatchObject({ state: "approved", decidedBy: "ada", reason: "looked at it" });
    expect(incident?.events.map(({ type }) => type)).toEqual(expect.arrayContaining(["approval_requested", "approval_approved"]));
    expect(holder).toBeNull();
  });

  it("denied: nothing is written, and the record says who said no and why", async () => {
    const scene = askingScene();
    const { result, incident, holder } = await scene.run(() => scene.decide("deny", "the fix is on its way"));

    expect(result.visited).toEqual(REFUSED);
    expect(result.failure).toMatchObject({ name: "denied", cause: expect.stringContaining("denied by ada: the fix is on its way") });
    expect(incident?.meta).toMatchObject({ outcome: "denied", status: "closed" });
    expect(scene.workload.writes).toEqual([]);
    expect(holder).toBeNull();
  });

  it.each([
    ["proceed", ASKED, "recovered"],
    ["abort", REFUSED, "denied"],
    ["escalate", REFUSED, "escalated"],
  ] as const)("unanswered, on_timeout %s: the sweep decides at the deadline", async (onTimeout, states, outcome) => {
    const scene = askingScene({ onTimeout, timeoutSeconds: 600 });
    const { result, incident } = await scene.run(async () => {
      scene.clock.advance(599);
      expect(await scene.sweep()).toMatchObject({ due: 0 });
      scene.clock.advance(121);
      expect(await scene.sweep()).toMatchObject({ due: 1, expired: 1 });
    });

    expect(order(result.visited)).toEqual(states);
    expect(incident?.meta.outcome).toBe(outcome);
    if (outcome !== "recovered") expect(incident?.meta.summary).toContain("nobody decided within 10 m 0 s");
    expect(scene.workload.writes.length > 0).toBe(outcome === "recovered");
    // One call each: that somebody is asked, and, where the policy says so, that nobody answered.
    const pages = incident?.events.filter(({ urgency, type }) => urgency === "page" && /^(approval_|incident_closed)/.test(type)) ?? [];
    expect(pages.map(({ type }) => type)).toEqual(
      onTimeout === "escalate" ? ["approval_requested", "approval_expired"] : ["approval_requested"],
    );
  });

  it("answered too late, gets a clear answer, and nothing is written", async () => {
    const scene = askingScene();
    await scene.run(async () => {
      scene.clock.advance(901);
      await scene.sweep();
    });

    expect(await scene.decide("approve")).toMatchObject({ outcome: "too-late", state: "expired" });
    expect(scene.workload.writes).toEqual([]);
  });

  it("approved after the change has moved on, is superseded: what is live now is nobody's to take back", async () => {
    const scene = askingScene();
    const { result, incident } = await scene.run(async () => {
      scene.workload.change({ templateHash: "somebodys-fix", image: "demo/checkout:v3" });
      await scene.decide("approve");
    });

    expect(result.failure).toMatchObject({ name: "escalated" });
    expect(incident?.meta.record?.progress).toMatchObject({ outcome: "superseded" });
    expect(scene.workload.writes).toEqual([]);
    expect(scene.workload.state?.image).toBe("demo/checkout:v3");
  });

  it("keeps the lock while people think: an alarm that comes meanwhile joins the incident", async () => {
    const scene = askingScene({ timeoutSeconds: 7200 });
    await scene.run(async () => {
      scene.clock.advance(7100);
      expect(await scene.store.acquire("checkout", "rg-other", "inc-other", scene.clock.now(), 900)).toMatchObject({ outcome: "held" });
      await scene.decide("approve");
    });

    expect(scene.workload.state?.templateHash).toBe(GOOD_HASH);
  });

  it("has all its time to act after a long wait: an incident counts as old from its approval on", async () => {
    // longer than a blueprint may ask for: the age counts from the opening else, and would be past its four hours
    const scene = askingScene({ timeoutSeconds: 5 * 3600 });
    const { incident } = await scene.run(async () => {
      scene.clock.advance(4 * 3600);
      await scene.decide("approve");
    });

    expect(incident?.meta.outcome).toBe("recovered");
  });

  it("when the sweep itself is broken, the task's own timeout ends the wait: recorded, paged, red", async () => {
    const scene = askingScene();
    const { result, incident, holder } = await scene.run(async () => undefined);

    expect(result.visited.slice(-4)).toEqual(["RequestApproval", "RecordIncident", "DidRecover?", "NotRecovered"]);
    expect(result.failure).not.toBeNull();
    expect(scene.workload.writes).toEqual([]);
    expect(incident?.events.at(-1)).toMatchObject({ urgency: "page" });
    expect(holder).toBeNull();
  });

  it("asked by a function that was tried again, is asked once, and the try that waits gets the answer", async () => {
    const scene = askingScene();
    let tries = 0;
    const approvals = new Proxy(scene.approvals, {
      get(target, property) {
        if (property !== "ask") return Reflect.get(target, property, target).bind(target);
        return async (...asking: Parameters<typeof target.ask>) => {
          const kept = await target.ask(...asking);
          tries += 1;
          if (tries === 1) throw new TransientUpstreamError("the reply was lost");
          return kept;
        };
      },
    });
    const result = await runRollback({ ...scene.ports, approvals }, scene.input, {
      onWait: scene.onWait,
      onAsked: () => scene.decide("approve"),
    });
    const incident = await scene.store.read(scene.input.incidentId);

    expect(tries).toBe(2);
    expect(result.failure).toBeNull();
    expect(incident?.events.filter(({ type }) => type === "approval_requested")).toHaveLength(1);
    expect(await scene.approvals.latest(scene.input.incidentId)).toMatchObject({ n: 1, state: "approved", delivered: true });
  });

  it("in observe mode nobody is asked, and the record says that somebody would have been", async () => {
    const scene = askingScene({}, "observe");
    const { result, incident } = await scene.run(async () => {
      throw new Error("must not be asked");
    });

    expect(result.visited).not.toContain("RequestApproval");
    expect(result.failure).toBeNull();
    expect(incident?.meta).toMatchObject({ outcome: "observed", summary: expect.stringContaining("would have asked for an approval") });
    expect(incident?.events.filter(({ urgency }) => urgency === "page")).toEqual([]);
  });

  it("in mode approve everything is asked, whatever automatic says", async () => {
    const scene = aScene({ blueprint: aBlueprint({ mode: "approve" }) });
    const decide = decideApproval(scene.ports);
    const { incidentId } = scene.input;
    const result = await runRollback(scene.ports, scene.input, {
      onWait: scene.onWait,
      onAsked: () => decide({ decide: { incidentId, decision: "approve", by: "ada" } }, { logger: silentLogger }),
    });

    expect(order(result.visited)).toEqual(ASKED);
    expect(result.failure).toBeNull();
  });

  it("never shows its token in what a later state is handed, or in what is recorded", async () => {
    const scene = askingScene();
    const { result, incident } = await scene.run(() => scene.decide("approve"));

    const documents = result.payloads.filter((payload) => !payload.includes('"FunctionName"'));
    expect(documents.length).toBeGreaterThan(5);
    expect([...documents, JSON.stringify(incident), JSON.stringify(result.output)].filter((text) => text.includes("token-1"))).toEqual([]);
  });
});
