import type { FindingPolicy, Trigger } from "./blueprint.ts";
import { describeRule } from "./blueprint-alarms.ts";
import type { Binding } from "./blueprint-bindings.ts";
import type { SignalMeaning } from "./blueprint-signals.ts";
import type { CompiledTriggers } from "./blueprint-triggers.ts";
import { formatDuration } from "./duration.ts";

/** What starts a rollback, in words, with how far and when it may act. `derived`: the triggers were made of checks, and are not written. */
export function triggerBindings(
  { triggers, findings }: CompiledTriggers,
  signals: readonly SignalMeaning[],
  derived: boolean,
): readonly Binding[] {
  const alarms = triggers.flatMap((trigger): Binding[] => {
    const signal = signals.find(({ name }) => name === trigger.signal)?.armed;
    const written = trigger.preset === undefined ? "blueprint" : `preset ${trigger.preset}`;
    const from = derived ? `check ${trigger.name.replaceAll("-", "_")}` : written;
    if (signal === null || signal === undefined) return [];
    return [{ subject: `trigger ${trigger.name}`, value: [describeRule(trigger, signal), ...describeArming(trigger)].join(", "), from }];
  });
  return findings === null ? alarms : [...alarms, findingBinding(findings)];
}

function findingBinding(findings: FindingPolicy): Binding {
  const rule = `${findings.sources.join(", ")} from severity ${findings.minimumSeverity} on`;
  return { subject: "findings", value: [rule, ...describeArming(findings)].join(", "), from: `preset ${findings.preset}` };
}

/** `only for 1h after a change`, `observe until 2027-01-31`; nothing for a trigger that does as its service does, always. */
export function describeArming({ armed, mode, expires }: Pick<Trigger, "armed" | "mode" | "expires">): readonly string[] {
  return [
    ...(armed === undefined ? [] : [`only for ${formatDuration(armed.afterChangeMinutes * 60)} after a change`]),
    ...(mode === undefined ? [] : [expires === undefined ? mode : `${mode} until ${expires}`]),
  ];
}
