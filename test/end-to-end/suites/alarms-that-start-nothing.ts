import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { expect, it, onTestFinished } from "vitest";
import { compileAlarms } from "../../../functions/domain/blueprint-alarms.ts";
import { secondsBetween } from "../../../functions/domain/time.ts";
import type { WouldHave } from "../../../functions/domain/would-have.ts";
import { ALARM_CLOCK_SOURCE } from "../../../local/alarm-clock/alarm-event.ts";
import {
  type AlarmEventOverrides,
  aContributorEvent,
  aMutedAlarmEvent,
  anAlarmEvent,
  aSuppressedCompositeEvent,
} from "../../support/events/alarm-events.ts";
import { rollguard } from "../support/command.ts";
import { invoke } from "../support/functions.ts";
import { raiseAlarm, setAlarm } from "../support/service-hands.ts";
import type { Stage } from "../support/stage.ts";
import { waitUntil } from "../support/wait-until.ts";

const SERVICE = "returns";
const ARN = "arn:aws:cloudwatch:us-east-1:000000000000:alarm:";

/** An event about an alarm of this service, now; its shape is that of another event, with whatever that one says besides. */
function eventOf(alarmName: string, shape: { readonly detail: object } = anAlarmEvent()): ReturnType<typeof anAlarmEvent> {
  const overrides: AlarmEventOverrides = { source: ALARM_CLOCK_SOURCE, alarmName, alarmArn: `${ARN}${alarmName}` };
  const plain = anAlarmEvent(overrides);
  const { configuration, ...detail } = { ...plain.detail, ...shape.detail, alarmName };
  const state = { ...detail.state, timestamp: new Date().toISOString() };
  return { ...plain, detail: { ...detail, configuration, state } };
}

/** Gives an event to the default bus, as CloudWatch does. */
async function send(event: object): Promise<void> {
  const { source, resources, detail, "detail-type": detailType } = event as ReturnType<typeof anAlarmEvent>;
  const client = new EventBridgeClient({});
  try {
    const Entries = [{ Source: source, DetailType: detailType, Resources: [...resources], Detail: JSON.stringify(detail) }];
    expect((await client.send(new PutEventsCommand({ Entries }))).FailedEntryCount ?? 0).toBe(0);
  } finally {
    client.destroy();
  }
}

/** What may start an execution, and what may not. The events go to the bus and, for their answers, to the function itself. */
export function describeAlarmsThatStartNothing(stage: () => Stage): void {
  it("suppressed, muted, child and contributor events, and triggers that may not act, never start an execution; an armed alarm of the service a second later does", async () => {
    const { target, executions, hands } = stage();
    const returns = hands(SERVICE);
    const alarms = new Map(compileAlarms(blueprintOf(stage())).map((alarm) => [alarm.trigger.name, alarm]));
    const [armed, observed, late] = ["failed-jobs", "slow-jobs", "late-jobs"].map((name) => alarms.get(name));
    if (armed === undefined || observed === undefined || late === undefined) throw new Error("the fixture has three triggers");
    const start = (event: unknown) => invoke(target.outputs.StartRollbackFunction, event);
    onTestFinished(async () => void (await Promise.all([armed, observed, late].map((alarm) => setAlarm(alarm, "OK")))));

    const ignored = [
      ["are suppressed", eventOf(armed.alarmName, aSuppressedCompositeEvent())],
      ["is muted", eventOf(armed.alarmName, aMutedAlarmEvent())],
      ["is part of another alarm", eventOf(`rgpart-${SERVICE}-failed-jobs-1-short`)],
      ["is not ours", eventOf(`${SERVICE}-of-somebody-else`)],
    ] as const;
    for (const [words, event] of ignored) {
      await send(event);
      expect(await start(event)).toEqual({ failed: false, payload: { ignored: expect.stringContaining(words) } });
    }
    const contributor = { ...aContributorEvent(), source: ALARM_CLOCK_SOURCE, resources: [armed.alarmName] };
    await send(contributor);
    expect(await start(contributor)).toMatchObject({ failed: true, payload: { errorMessage: expect.stringContaining("detail-type") } });

    // The alarms really are in ALARM, so that whoever reads them sees them red.
    const events = [await raiseAlarm(observed), await raiseAlarm(late)];
    const answers = await Promise.all(events.map(start));
    expect(answers).toMatchObject([
      {
        failed: false,
        payload: { wouldHave: { trigger: "slow-jobs", cause: "observe", because: "its mode is observe: not sure about it yet" } },
      },
      {
        failed: false,
        payload: { wouldHave: { trigger: "late-jobs", cause: "not-armed", because: expect.stringContaining("within 30 min of a change") } },
      },
    ]);
    expect(await executions.names(SERVICE)).toEqual([]);

    await returns.raiseAlarm();
    const { meta } = await returns.closedIncident();

    expect(meta).toMatchObject({ trigger: { alarmName: armed.alarmName }, outcome: "escalated" });
    // Whatever was given to the bus before is long worked off; asked again, the function answers the same.
    const again = [...ignored.map(([, event]) => event), ...events].map(start);
    expect((await Promise.all(again)).map(({ payload }) => payload.outcome ?? "ignored")).toEqual([
      ...ignored.map(() => "ignored"),
      "already-recorded",
      "already-recorded",
    ]);
    expect(await executions.names(SERVICE)).toEqual([meta.execution]);
  });

  it("what they would have done is in the table, once for each transition, and the command shows it", async () => {
    const { target } = stage();

    const { exitCode, stdout } = await rollguard("incidents", "--observed", "--service", SERVICE, "--json");
    const records = JSON.parse(stdout) as readonly WouldHave[];
    const { stdout: table } = await rollguard("incidents", "--observed");

    expect(exitCode).toBe(0);
    const [{ templateHash = "" } = {}] = await target.ledger.observations(SERVICE);
    const common = { service: SERVICE, live: { templateHash, since: expect.any(String) }, target: null, value: expect.any(Number) };
    expect(records.toSorted((one, other) => one.trigger.localeCompare(other.trigger))).toMatchObject([
      { ...common, trigger: "late-jobs", cause: "not-armed", class: "performance", severity: "high", strategy: "fast", threshold: 3 },
      {
        ...common,
        trigger: "slow-jobs",
        cause: "observe",
        class: "performance",
        severity: "critical",
        strategy: "immediate",
        threshold: 2,
      },
    ]);
    expect(table).toMatch(/returns +slow-jobs +2 +2 +immediate: called people +observe\n +its mode is observe: not sure about it yet/);
    expect(table).toMatch(/returns +late-jobs +3 +3 +fast: called people +not armed/);
  });

  it("a change arms the trigger that waits for one; the one in observe stays out of it, red as it is", async () => {
    const { target, executions, hands } = stage();
    const returns = hands(SERVICE);
    const [, observed, late] = compileAlarms(blueprintOf(stage()));
    if (observed === undefined || late === undefined) throw new Error("the fixture has three triggers");
    const before = await returns.facts();
    const { image } = await returns.release("v2-errors");
    await setAlarm(observed, "ALARM");
    // Before anybody saw it, the trigger is held back, and the reconciler starts it minutes later. A transition is known to the second only.
    await waitUntil("the new release was seen, the second before this one", async () => {
      const seen = (await target.ledger.observations(SERVICE)).find((observation) => observation.image === image);
      return seen !== undefined && secondsBetween(seen.liveSince, new Date().toISOString()) >= 1;
    });

    // Nobody was told of the one that is in observe.
    const reconciled = await invoke(target.outputs.ReconcileAlarmsFunction, {});
    await raiseAlarm(late);
    await returns.restored(before.image);
    await setAlarm(late, "OK");
    const { meta } = await returns.closedIncident(2).finally(() => setAlarm(observed, "OK"));

    expect(reconciled).toEqual({ failed: false, payload: { inAlarm: 1, started: 0, alreadyStarted: 0, wouldHave: 1, ignored: 0 } });
    expect(meta).toMatchObject({ outcome: "recovered", severity: "high", trigger: { alarmName: late.alarmName } });
    expect(await executions.names(SERVICE)).toHaveLength(2);
  });
}

function blueprintOf({ target }: Stage): Parameters<typeof compileAlarms>[0] {
  const blueprint = target.blueprints.find(({ service }) => service === SERVICE);
  if (blueprint === undefined) throw new Error(`no blueprint is deployed for ${SERVICE}`);
  return blueprint;
}
