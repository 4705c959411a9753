import { TransientUpstreamError } from "../../domain/errors.ts";
import type { TunableAlarm } from "../../domain/tuning/plan-tuning.ts";
import type { ReleaseLedger } from "../../ports/release-ledger.ts";
import { settleBounded } from "../../runtime/bounded.ts";
import type { StepLogger } from "../../runtime/logger.ts";
import { type TuneAlarmPorts, type TuneOutcome, tuneAlarm } from "./tune-alarm.ts";

const SERVICES_AT_ONCE = 5;

export interface TunePassPorts extends TuneAlarmPorts {
  readonly ledger: Pick<ReleaseLedger, "observations" | "releases">;
  /** Every alarm whose threshold is tuned, of all services. */
  readonly alarms: readonly TunableAlarm[];
}

export interface PassOutcome {
  readonly outcomes: readonly TuneOutcome["outcome"][];
  readonly failures: readonly { readonly alarmName: string; readonly error: unknown }[];
}

/** Looks at every tuned alarm once. One service in trouble, or one alarm of it, does not keep the others from being tuned. */
export async function tunePass(ports: TunePassPorts, logger: StepLogger): Promise<PassOutcome> {
  const services = [...Map.groupBy(ports.alarms, ({ service }) => service)];
  const results = await settleBounded(services, SERVICES_AT_ONCE, ([service, alarms]) => tuneService(ports, service, alarms, logger));
  const parts = results.map((result, index): PassOutcome => {
    if (result.status === "fulfilled") return result.value;
    const names = services[index]?.[1].map(({ alarmName }) => alarmName) ?? [];
    return { outcomes: [], failures: names.map((alarmName) => ({ alarmName, error: result.reason })) };
  });
  const failures = parts.flatMap((part) => part.failures);
  for (const { alarmName, error } of failures) logger.error("an alarm could not be tuned", { alarmName, error: error as Error });
  return { outcomes: parts.flatMap(({ outcomes }) => outcomes), failures };
}

async function tuneService(
  ports: TunePassPorts,
  service: string,
  alarms: readonly TunableAlarm[],
  logger: StepLogger,
): Promise<PassOutcome> {
  const { ledger, tunings, editor } = ports;
  const [observations, releases, records, actual] = await Promise.all([
    ledger.observations(service),
    ledger.releases(service),
    tunings.ofService(service),
    editor.configurations(alarms.map(({ alarmName }) => alarmName)),
  ]);
  const outcomes: TuneOutcome["outcome"][] = [];
  const failures: PassOutcome["failures"][number][] = [];
  for (const alarm of alarms) {
    const { alarmName, trigger } = alarm;
    const record = records.find((kept) => kept.trigger === trigger.name) ?? null;
    const there = actual.find((configuration) => configuration.alarmName === alarmName) ?? null;
    try {
      const { outcome, why } = await tuneAlarm(ports, { alarm, observations, releases, record, actual: there });
      outcomes.push(outcome);
      if (outcome === "applied" || outcome === "superseded") logger.warn(`an alarm was tuned: ${why}`, { alarmName, outcome });
      else if (why !== null) logger.info(`an alarm was not tuned: ${why}`, { alarmName, outcome });
    } catch (error) {
      failures.push({ alarmName, error });
    }
  }
  return { outcomes, failures };
}

/** The failure of a whole pass: what waiting does not cure comes first. */
export function failureOf({ failures, outcomes }: PassOutcome): unknown {
  const lasting = failures.find(({ error }) => !(error instanceof TransientUpstreamError));
  if (lasting !== undefined) return lasting.error;
  const total = failures.length + outcomes.length;
  return new TransientUpstreamError(`${failures.length} of ${total} alarms could not be tuned`, {}, { cause: failures[0]?.error });
}
