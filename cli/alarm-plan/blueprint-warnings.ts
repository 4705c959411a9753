import type { Blueprint } from "../../functions/domain/blueprint.ts";
import { signalWarnings } from "../../functions/domain/metric-sources/signal-warnings.ts";
import { triggerWarnings } from "../../functions/domain/trigger-warnings.ts";

/** What a person should know before arming. It stops nothing. */
export interface BlueprintWarning {
  /** The trigger that it is about, or the first that reads its signal; null = none. */
  readonly trigger: string | null;
  /** Null: it is not about where a signal comes from. */
  readonly signal: string | null;
  readonly message: string;
  readonly fix: string;
}

/** Every warning about a blueprint: of its triggers, then of its signals. `today` is an ISO day (UTC). */
export function blueprintWarnings(blueprint: Blueprint, today: string): readonly BlueprintWarning[] {
  const readerOf = (signal: string) => blueprint.triggers.find((trigger) => trigger.signal === signal)?.name ?? null;
  return [
    ...triggerWarnings(blueprint, today).map((warning) => ({ signal: null, ...warning })),
    ...signalWarnings(blueprint).map((warning) => ({ trigger: readerOf(warning.signal), ...warning })),
  ];
}

/** `signal latency_p95: what it is (how to mend it)`; the trigger is named only where it is not clear from the place. */
export function warningText({ trigger, signal, message, fix }: BlueprintWarning, named: boolean): string {
  const subject = signal !== null ? `signal ${signal}: ` : named && trigger !== null ? `trigger ${trigger}: ` : "";
  return `${subject}${message} (${fix})`;
}
