import { describe, expect, it } from "vitest";
import { InvalidInputError, TransientUpstreamError } from "../../functions/domain/errors.ts";
import type { PastRollback } from "../../functions/domain/governance.ts";
import type { TimelineEvent } from "../../functions/domain/incident.ts";
import { DEFAULT_ROLLBACK_POLICY } from "../../functions/domain/rollback-policy.ts";
import { releaseLock } from "../../functions/entry/release-lock/release-lock.ts";
import { aBlueprint } from "../support/builders/blueprint.ts";
import { aPastRollback } from "../support/builders/governance.ts";
import { anEvent, anIncidentMeta, anOpenIncidentMeta } from "../support/builders/incident.ts";
import { EXECUTION_NAME, INCIDENT_ID, MOMENTS } from "../support/builders/moments.ts";
import { anExecutionEndedEvent, anExecutionEndedEventWithoutInput } from "../support/events/execution-events.ts";
import { FakePager } from "../support/fakes/fake-pager.ts";
import { registryOf } from "../support/fakes/fake-registry.ts";
import { faultyPort } from "../support/fakes/faulty-port.ts";
import { fixedClock } from "../support/fakes/fixed-clock.ts";
import { InMemoryIncidentStore } from "../support/fakes/in-memory-incident-store.ts";
import { silentLogger } from "../support/fakes/silent-logger.ts";

const now = new Date(MOMENTS.openedAt);
const team = "arn:aws:sns:us-east-1:123456789012:team";

async function setUp(options: { readonly opened?: boolean } = {}) {
  const store = new InMemoryIncidentStore();
  const pager = new FakePager();
  const acquired = await store.acquire("checkout", EXECUTION_NAME, INCIDENT_ID, now, 900);
  const fence = acquired.outcome === "acquired" ? acquired.lock.fence : 0;
  if (options.opened !== false) await store.open(anOpenIncidentMeta({ topicArn: team }), anEvent(), fence);
  const ports = { store, pager, clock: fixedClock("2026-11-20T03:14:30Z") };
  const run = (event: unknown) => releaseLock(ports)(event, { logger: silentLogger });
  return { store, pager, ports, run };
}
const pagesOf = (store: InMemoryIncidentStore) => store.eventsOf(INCIDENT_ID).filter(({ urgency }) => urgency === "page");

describe("release-lock", () => {
  it.each(["TIMED_OUT", "ABORTED", "FAILED"])(
    "closes the incident of an execution that ended as %s with the lock, frees it and pages",
    async (status) => {
      const { store, pager, run } = await setUp();

      const result = await run(anExecutionEndedEvent({ status }));

      expect(result).toEqual({ execution: EXECUTION_NAME, service: "checkout", outcome: "released" });
      expect(await store.holder("checkout")).toBeNull();
      expect((await store.read(INCIDENT_ID))?.meta).toMatchObject({
        status: "closed",
        outcome: "error",
        openedAt: MOMENTS.openedAt,
        closedAt: "2026-11-20T03:14:20.500Z",
        summary: expect.stringContaining(status),
      });
      expect(pagesOf(store)).toHaveLength(1);
      expect(pager.messages).toMatchObject([
        { topicArn: team, subject: expect.stringMatching(/^\[PAGE\]/), attributes: { eventId: pagesOf(store)[0]?.id } },
      ]);
    },
  );

  it.each([
    { stopDate: "2026-11-20T03:14:20.500000+00:00", closedAt: "2026-11-20T03:14:20.500Z" },
    { stopDate: null, closedAt: "2026-11-20T03:14:30.000Z" },
    { stopDate: "later", closedAt: "2026-11-20T03:14:30.000Z" },
  ])("frees the lock when the event says that it stopped at $stopDate", async ({ stopDate, closedAt }) => {
    const { store, run } = await setUp();

    await run(anExecutionEndedEvent({ stopDate }));

    expect(await store.holder("checkout")).toBeNull();
    expect((await store.read(INCIDENT_ID))?.meta).toMatchObject({ status: "closed", closedAt });
  });

  it("leaves the calls of a failed rollback where the run had written, and of one that needs a human where it had not", async () => {
    const { escalation } = DEFAULT_ROLLBACK_POLICY;
    const topics = { ...escalation.topics, onCall: "arn:aws:sns:us-east-1:123456789012:on-call" };
    const blueprint = aBlueprint({ policy: { ...DEFAULT_ROLLBACK_POLICY, escalation: { ...escalation, topics, managementSeconds: 100 } } });
    const killed = async (...written: readonly TimelineEvent[]) => {
      const { store, ports } = await setUp();
      await store.append(INCIDENT_ID, written);
      await releaseLock({ ...ports, blueprints: registryOf(blueprint) })(anExecutionEndedEvent({ status: "ABORTED" }), {
        logger: silentLogger,
      });
      return { store, calls: (await store.escalations.of(INCIDENT_ID)).map(({ tier, state }) => `${tier} ${state}`).sort() };
    };

    const before = await killed();
    const after = await killed(anEvent({ id: `${MOMENTS.appliedAt}#ExecuteStep#restore`, type: "rollback_executed", urgency: "notice" }));

    // the trigger's class is performance: it persists
    expect(before.calls).toEqual(["devops pending", "on-call sent", "post-mortem pending", "product pending"]);
    expect(after.calls).toEqual(["devops pending", "management pending", "on-call sent", "post-mortem pending", "product pending"]);
    expect(await after.store.escalations.due("2026-11-20T03:15:20.500Z", 10)).toMatchObject([{ tier: "management" }]);
    expect(pagesOf(after.store).map(({ type, topicArn }) => [type, topicArn])).toEqual([
      ["escalation_on_call", topics.onCall],
      ["execution_ended", team],
    ]);
  });

  describe("tells the rules what became of the rollback", () => {
    const reserved = aPastRollback({ incidentId: INCIDENT_ID, at: MOMENTS.assessedAt, outcome: "open" });
    const step = (stepId: string, type = "plan_step") =>
      anEvent({ id: `${MOMENTS.appliedAt}#ExecuteStep#${stepId}`, type, urgency: "quiet", data: { stepId, outcome: "applied" } });
    const approved = anEvent({ id: "approved", type: "approval_approved", at: MOMENTS.assessedAt });
    const after = async (events: readonly TimelineEvent[], ...before: readonly PastRollback[]) => {
      const { store, run } = await setUp();
      store.governance.seed(...before);
      await store.append(INCIDENT_ID, events);
      await run(anExecutionEndedEvent({ status: "ABORTED" }));
      const { failures } = await store.governance.breaker(now);
      return { rollbacks: store.governance.rollbacksOf("checkout"), failures: failures.map(({ incidentId }) => incidentId) };
    };

    it("a failed one where it had written, from what to what as it was reserved", async () => {
      const failed = { rollbacks: [{ ...reserved, outcome: "failed" }], failures: [INCIDENT_ID] };

      expect(await after([step("restore-template-1", "rollback_executed")], reserved)).toEqual(failed);
      expect(await after([step("hold-gitops"), step("restore-strategy")], reserved)).toEqual(failed);
      expect(await after([approved, step("restore-scale-1")])).toMatchObject({
        rollbacks: [{ incidentId: INCIDENT_ID, at: MOMENTS.assessedAt, outcome: "failed" }],
        failures: [INCIDENT_ID],
      });
    });

    it("none where it had not: its place is given back", async () => {
      const none = { rollbacks: [], failures: [] };

      expect(await after([], reserved)).toEqual(none);
      expect(await after([step("hook-pre-ask"), step("watch-drift")], reserved)).toEqual(none);
      const ofMember = { ...step("restore-template-1", "rollback_executed"), data: { outcome: "applied", service: "shipping" } };
      expect(await after([ofMember], reserved)).toEqual(none);
    });

    it("nothing where it only mended, or gave a hold back", async () => {
      expect(await after([step("restore-strategy")])).toEqual({ rollbacks: [], failures: [] });
      expect(await after([step("resume-gitops")])).toEqual({ rollbacks: [], failures: [] });
    });
  });

  it("does nothing when the execution ended in order and freed its lock", async () => {
    const { store, pager, run } = await setUp();
    await store.close(anIncidentMeta({ outcome: "escalated" }), anEvent({ id: "closing" }), []);
    const before = store.eventsOf(INCIDENT_ID);

    expect(await run(anExecutionEndedEvent({ status: "FAILED" }))).toMatchObject({ outcome: "nothing-to-do" });

    expect(store.eventsOf(INCIDENT_ID)).toEqual(before);
    expect(pager.messages).toEqual([]);
  });

  it("pages once when FAILED follows ABORTED, or an event comes twice", async () => {
    const { store, pager, run } = await setUp();

    await run(anExecutionEndedEvent({ status: "ABORTED" }));
    await run(anExecutionEndedEvent({ status: "ABORTED" }));
    await run(anExecutionEndedEvent({ status: "FAILED", error: "States.Timeout" }));

    expect(pager.messages).toHaveLength(1);
    expect(pagesOf(store)).toHaveLength(1);
  });

  it("closes the incident and pages when the execution had lost its lock, and leaves that to who took it over", async () => {
    const { store, pager, run } = await setUp();
    await store.acquire("checkout", "rg-next", "inc-next", new Date(now.getTime() + 1_000_000), 900);

    await run(anExecutionEndedEvent());

    expect(await store.holder("checkout")).toMatchObject({ owner: "rg-next" });
    expect((await store.read(INCIDENT_ID))?.meta).toMatchObject({ status: "closed", outcome: "error" });
    expect(pager.messages).toHaveLength(1);
    expect(pagesOf(store).map(({ message }) => message)).toEqual([expect.stringContaining("it had lost its lock")]);
  });

  it.each([
    ["the event", anExecutionEndedEvent({ status: "ABORTED" })],
    ["the execution's name", anExecutionEndedEventWithoutInput({ status: "ABORTED" })],
  ])(
    "leaves a tombstone and pages, from %s, for an execution that held and opened nothing: nobody else will look",
    async (_what, event) => {
      const { store, pager, run } = await setUp({ opened: false });
      await store.release("checkout", EXECUTION_NAME);

      expect(await run(event)).toMatchObject({ outcome: "nothing-to-do" });

      expect((await store.read(INCIDENT_ID))?.meta).toMatchObject({ status: "closed", outcome: "error", service: "checkout" });
      expect(store.eventsOf(INCIDENT_ID).map(({ type, urgency }) => [type, urgency])).toEqual([["execution_ended", "page"]]);
      expect(pager.messages).toEqual([]);
    },
  );

  it("records an execution that died between taking the lock and opening the incident", async () => {
    const { store, run } = await setUp({ opened: false });

    await run(anExecutionEndedEvent());

    expect((await store.read(INCIDENT_ID))?.meta).toMatchObject({ status: "closed", outcome: "error", trigger: { kind: "alarm" } });
  });

  it("finds the service in the execution's name when the event does not carry the input", async () => {
    const { store, pager, run } = await setUp();

    expect(await run(anExecutionEndedEventWithoutInput())).toMatchObject({ service: "checkout", outcome: "released" });

    expect((await store.read(INCIDENT_ID))?.meta).toMatchObject({ status: "closed", outcome: "error" });
    expect(pager.messages).toHaveLength(1);
  });

  it("frees the lock and pages even when neither the event nor the table says what the incident was about", async () => {
    const { store, pager, run } = await setUp({ opened: false });

    await run(anExecutionEndedEventWithoutInput());

    expect(await store.holder("checkout")).toBeNull();
    expect(pager.messages).toHaveLength(1);
    expect(pagesOf(store)).toHaveLength(1);
  });

  it("only frees a lock that a late retry of a closed incident took again", async () => {
    const { store, pager, run } = await setUp();
    await store.close(anIncidentMeta(), anEvent({ id: "closing" }), []);
    await store.acquire("checkout", EXECUTION_NAME, INCIDENT_ID, now, 900);

    expect(await run(anExecutionEndedEvent())).toMatchObject({ outcome: "released" });

    expect(await store.holder("checkout")).toBeNull();
    expect(pager.messages).toEqual([]);
  });

  it("pages a human although the table is away, and fails so that it is tried again", async () => {
    const { store, pager, ports } = await setUp();
    const { port, hits } = faultyPort(store, { method: "close", when: "before", error: () => new TransientUpstreamError("throttled") });

    await expect(releaseLock({ ...ports, store: port })(anExecutionEndedEvent(), { logger: silentLogger })).rejects.toThrow(
      TransientUpstreamError,
    );

    expect(hits()).toBe(1);
    expect(pager.messages).toHaveLength(1);
    expect(await store.holder("checkout")).toMatchObject({ owner: EXECUTION_NAME });
  });

  it.each([
    ["an event of another kind", { "detail-type": "CloudWatch Alarm State Change", detail: {} }],
    ["an execution that is not ours", anExecutionEndedEventWithoutInput({ name: "nightly-report" })],
    ["nothing", undefined],
  ])("fails on %s", async (_what, event) => {
    const { run } = await setUp();

    await expect(run(event)).rejects.toThrow(InvalidInputError);
  });
});
