import type { AuthoredSignal } from "../../functions/domain/blueprint-authored.ts";
import { metricPreset } from "../../functions/domain/metric-presets.ts";
import { type WellKnownSignal, wellKnownSignal } from "../../functions/domain/well-known-signals.ts";
import type { Conversion } from "./imported.ts";

/**
 * Descriptions of the well-known signals that no metric preset of a real cluster measures (errors of database connections, queues): the
 * application publishes them, and until a person names the metric a name is assumed.
 */
export function ownSignals(service: string, { spec, triggers }: Conversion): Readonly<Record<string, AuthoredSignal>> {
  const named = triggers.flatMap(({ trigger: { preset, signal } }) => signal ?? (preset === "db-errors" ? "db_errors" : []));
  const missing = [...new Set(named)].filter((name) => spec.signals?.[name] === undefined && !isMeasured(service, name));
  return Object.fromEntries(missing.flatMap((name) => described(service, name)));
}

/** What a person must decide about such a signal. */
export function decideOwn(name: string): string {
  return `spec.signals.${name}: no metric preset measures it. Publish the metric that is written here, or write the one that you have.`;
}

function isMeasured(service: string, name: string): boolean {
  const target = { cluster: "cluster", namespace: "namespace", kind: "Deployment", name: service } as const;
  return metricPreset("eks").bind(name, service, target) !== null;
}

function described(service: string, name: string): readonly (readonly [string, AuthoredSignal])[] {
  const known = wellKnownSignal(name);
  if (known === null) return [];
  const metric = { namespace: `Application/${service}`, name: metricName(name), stat: statOf(known) };
  return [[name, { unit: known.unit, metric }]];
}

/** What happened in a period adds up; what stands is read at its worst. */
function statOf({ publishes, better, unit }: WellKnownSignal): string {
  if (publishes === "on-event") return "Sum";
  if (unit !== "count") return "Average";
  return better === "lower" ? "Maximum" : "Minimum";
}

/** `db_errors` as CloudWatch's metrics are called: `DbErrors`. */
function metricName(signal: string): string {
  return signal.replace(/(?:^|_)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
