import { describe, expect, it } from "vitest";
import { TransientUpstreamError } from "../../functions/domain/errors.ts";
import { DEFAULT_ROLLBACK_POLICY } from "../../functions/domain/rollback-policy.ts";
import { sweepEscalations } from "../../functions/entry/sweep-due/sweep-escalations.ts";
import type { Escalations } from "../../functions/ports/escalations.ts";
import { aBlueprint } from "../support/builders/index.ts";
import { faultyPort } from "../support/fakes/faulty-port.ts";
import { play } from "../support/machine/play.ts";
import { runRollback } from "../support/machine/run-rollback.ts";
import { aScene } from "../support/machine/scene.ts";

/** The night of a rollback that helps, and of which on-call hears after ten seconds already. */
const impatient = aBlueprint({
  policy: { ...DEFAULT_ROLLBACK_POLICY, clocks: { ...DEFAULT_ROLLBACK_POLICY.clocks, rollbackTimeoutSeconds: 10 } },
});
const typesOf = (events: readonly { readonly type: string }[] = []) =>
  events.map(({ type }) => type).filter((type) => type.startsWith("escalation_") || type === "rollback_timeout");
const statesOf = (incident: { readonly escalations?: readonly { readonly tier: string; readonly state: string }[] } | null) =>
  Object.fromEntries((incident?.escalations ?? []).map(({ tier, state }) => [tier, state]));

describe("calls of a rollback that did not help", () => {
  it("outlive the execution: sweeps call one tier after the other", async () => {
    const { incident, store, clock, input } = await play({ recovers: false });
    expect(incident?.meta.outcome).toBe("not-recovered");
    expect(statesOf(incident)).toEqual({
      "on-call": "sent",
      management: "pending",
      devops: "pending",
      product: "pending",
      "post-mortem": "pending",
    });

    clock.advance(300);
    await sweepEscalations({ escalations: store.escalations, clock });
    const afterFiveMinutes = statesOf(await store.read(input.incidentId));
    clock.advance(1500);
    await sweepEscalations({ escalations: store.escalations, clock });

    expect(afterFiveMinutes).toMatchObject({ management: "sent", devops: "pending" });
    expect(statesOf(await store.read(input.incidentId))).toMatchObject({ devops: "sent", product: "sent", "post-mortem": "pending" });
    expect(typesOf(store.eventsOf(input.incidentId)).sort()).toEqual(["escalation_devops", "escalation_management", "escalation_product"]);
  });

  it("end when somebody takes the incident on", async () => {
    const { store, clock, input } = await play({ recovers: false });

    await store.escalations.acknowledge(input.incidentId, {
      by: "ada@desk",
      reason: "on it",
      at: clock.now().toISOString(),
      topicArn: null,
    });
    clock.advance(90_000);

    expect(await sweepEscalations({ escalations: store.escalations, clock })).toMatchObject({ due: 0 });
    expect(typesOf(store.eventsOf(input.incidentId))).toEqual(["escalation_acknowledged"]);
  });
});

describe("a rollback that takes too long", () => {
  it("calls on-call and devops once, goes on, and recovers; the recovery silences who was still to be called", async () => {
    const { result, incident, workload } = await play({ blueprint: impatient });

    expect(result.failure).toBeNull();
    expect(incident?.meta.outcome).toBe("recovered");
    expect(workload.writes.length).toBeGreaterThan(0);
    // devops have the same topic: one message
    expect(typesOf(incident?.events)).toEqual(["escalation_on_call", "rollback_timeout"]);
    expect(statesOf(incident)).toEqual({ "on-call": "sent", devops: "sent", product: "acknowledged", "post-mortem": "pending" });
    expect(incident?.escalations?.find(({ tier }) => tier === "product")).toMatchObject({ settledBy: "recovery" });
  });

  it("calls nobody within its time, nor in mode observe", async () => {
    const usual = await play();
    const observed = await play({ blueprint: { ...impatient, mode: "observe" } });

    expect(statesOf(usual.incident)).toEqual({});
    expect(statesOf(observed.incident)).toEqual({});
    expect(observed.incident?.meta.outcome).toBe("observed");
  });

  it("calls once although the look is repeated, since its answer was lost", async () => {
    const scene = aScene({ blueprint: impatient });
    const error = () => new TransientUpstreamError("the answer was lost");
    const { port, hits } = faultyPort<Escalations>(scene.store.escalations, { method: "schedule", error, when: "after" });

    const result = await runRollback({ ...scene.ports, escalations: port }, scene.input, { onWait: scene.onWait });

    expect(hits()).toBe(1);
    expect(result.failure).toBeNull();
    expect(typesOf(scene.store.eventsOf(scene.input.incidentId))).toEqual(["escalation_on_call", "rollback_timeout"]);
  });
});
