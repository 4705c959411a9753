import { CloudWatchClient, DeleteAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { expect, it } from "vitest";
import { cloudWatchAlarmBoard } from "../../../local/alarm-clock/cloud-watch-alarm-board.ts";
import { aContributorEvent, anAlarmEvent } from "../../support/events/alarm-events.ts";
import { rollguard } from "../support/command.ts";
import { invoke } from "../support/functions.ts";
import { raiseAlarm } from "../support/service-hands.ts";
import type { Stage } from "../support/stage.ts";
import { waitUntil } from "../support/wait-until.ts";

const { detail: _absent, ...eventWithoutDetail } = anAlarmEvent();
const manual = { service: "orders", reason: "a test", requestedBy: "a test", at: "2026-11-20T03:12:40Z" };

/** What must not start anything says why; what may not be dropped is recorded, and a human is paged. */
export function describeBadInput(stage: () => Stage): void {
  it.each([
    ["nothing at all", null, "this is no alarm event"],
    [
      "an event of another service",
      { source: "aws.ec2", "detail-type": "EC2 Instance State-change Notification" },
      "this is no alarm event",
    ],
    ["an alarm event without its detail", eventWithoutDetail, "detail"],
    ["an event about one series of an alarm", aContributorEvent(), "detail-type"],
    ["a request with an unknown key", { manual: { ...manual, dryrun: true } }, "dryrun"],
    [
      "a request for a service without a blueprint",
      { manual: { ...manual, service: "nosuch" } },
      "no blueprint is deployed for service nosuch",
    ],
  ])("start-rollback refuses %s and starts nothing", async (_what, event, words) => {
    const { target, executions } = stage();
    const before = await executions.names();

    const { failed, payload } = await invoke(target.outputs.StartRollbackFunction, event);

    expect(failed).toBe(true);
    expect(payload.errorMessage).toContain(words);
    expect(await executions.names()).toEqual(before);
  });

  it("start-rollback ignores an event from a source that is not configured, and says so", async () => {
    const { target } = stage();

    const answer = await invoke(target.outputs.StartRollbackFunction, anAlarmEvent({ source: "somebody.else" }));

    expect(answer).toMatchObject({
      failed: false,
      payload: { ignored: expect.stringContaining("source somebody.else is not configured") },
    });
  });

  it("the command names a service without a blueprint, and starts nothing", async () => {
    const { executions } = stage();
    const before = await executions.names();

    const { exitCode, stderr } = await rollguard("rollback", "nosuch", "--reason", "a test", "--yes");

    expect(exitCode).toBe(3);
    expect(stderr).toContain("no blueprint is deployed for service nosuch");
    expect(await executions.names()).toEqual(before);
  });

  it("an alarm of ours without a blueprint ends in an error that is recorded and pages a human", async () => {
    const { target, executions, inbox, hands } = stage();
    const ghost = { ...hands("orders").alarm, alarmName: "rollguard-ghost-x" };
    await cloudWatchAlarmBoard().register(ghost);
    try {
      await raiseAlarm(ghost);

      const { id, execution } = await waitUntil("the ghost's incident is closed", async () => {
        const [meta] = await target.store.list({ service: "ghost", limit: 2 });
        return meta?.status === "closed" && meta;
      });
      expect(await executions.ended(execution)).toEqual({ status: "FAILED", error: "error" });
      expect(await target.store.read(id)).toMatchObject({
        meta: {
          outcome: "error",
          trigger: { alarmName: "rollguard-ghost-x", source: "rollguard.alarm-clock" },
          record: { failure: { cause: expect.stringContaining("no deployed blueprint has a trigger with alarm rollguard-ghost-x") } },
        },
      });
      await waitUntil("somebody is paged", () => inbox.about(id).some(({ urgency }) => urgency === "page"));
    } finally {
      await new CloudWatchClient({}).send(new DeleteAlarmsCommand({ AlarmNames: [ghost.alarmName] }));
    }
  });

  it("a cluster that does not answer ends in an error that is recorded and pages a human; nothing is written and the lock is free", async () => {
    const { target, executions, inbox, hands } = stage();
    const stock = hands("stock");
    await stock.release("v2-errors");
    const patches = stock.countPatches();
    const action = { kind: "drop-before-apply" } as const;
    const outage = target.cluster.faults.add({ method: "GET", path: "/deployments/stock", action, times: 1_000 });

    await stock.raiseAlarm();
    const { meta } = await stock.closedIncident().finally(() => target.cluster.faults.clear());
    await stock.setAlarm("OK");

    expect(outage.hits).toBeGreaterThan(0);
    expect(patches()).toBe(0);
    expect(meta).toMatchObject({ outcome: "error", record: { failure: { cause: expect.stringContaining("deployments/stock") } } });
    expect(await executions.ended(meta.execution)).toEqual({ status: "FAILED", error: "error" });
    expect(await target.store.holder("stock")).toBeNull();
    await waitUntil("somebody is paged", () => inbox.about(meta.id).some(({ urgency }) => urgency === "page"));
  });
}
