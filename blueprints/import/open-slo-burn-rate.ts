import type { Severity } from "../../functions/domain/blueprint.ts";
import type { AuthoredSignal } from "../../functions/domain/blueprint-authored.ts";
import type { AuthoredTrigger } from "../../functions/domain/blueprint-authored-trigger.ts";
import { formatDuration } from "../../functions/domain/duration.ts";
import type { ImportedTrigger } from "./imported.ts";
import type { OpenSloObject } from "./open-slo-objects.ts";
import { triggerRefusal } from "./trigger-refusal.ts";

/** What of the SLO a trigger needs. */
export interface BurnFacts {
  readonly name: string;
  readonly signal: string;
  /** The signal, where the import describes it. */
  readonly described: Readonly<Record<string, AuthoredSignal>>;
  /** Such as `99.9%`. */
  readonly objective: string;
  readonly decide: readonly string[];
}

/** OpenSLO leaves the words to its users; these are common, and another one is for a person to decide. */
const SEVERITIES: Readonly<Record<string, Severity>> = {
  critical: "critical",
  page: "high",
  high: "high",
  warning: "medium",
  medium: "medium",
  ticket: "low",
  low: "low",
};

/** The short window is a twelfth of the long one (Google, The Site Reliability Workbook, "Alerting on SLOs"). */
const SHORT_SHARE = 12;

/** A burn-rate condition as a trigger; null when it is none that could be one, which is then listed. */
export function burnTrigger(condition: OpenSloObject, facts: BurnFacts): ImportedTrigger | null {
  const { source, mapping } = condition;
  const spec = [...condition.path, "spec"];
  const at = [...spec, "condition"];
  const refuse = (note: string): null => {
    mapping.notMapped(at, note);
    return null;
  };
  if (source.text([...at, "kind"]) !== "burnrate") return refuse("OpenSLO v1 knows only conditions of kind burnrate");
  const burn = source.number([...at, "threshold"]);
  if (burn === undefined || burn <= 1)
    return refuse(`a burn rate of ${burn ?? "nothing"} uses up no more than the objective allows: over 1 is needed`);
  const text = source.text([...at, "lookbackWindow"]);
  const longSeconds = text === undefined ? null : secondsOf(text);
  if (longSeconds === null || longSeconds < 120 || longSeconds % 60 !== 0 || longSeconds > 86_400)
    return refuse(`a lookbackWindow of ${text ?? "nothing"} is not one of whole minutes from 2m to 1d`);
  const short = formatDuration(Math.max(1, Math.round(longSeconds / SHORT_SHARE / 60)) * 60);
  const written = source.text([...spec, "severity"]);
  const word = written?.toLowerCase() ?? "";
  const severity = Object.hasOwn(SEVERITIES, word) ? SEVERITIES[word] : undefined;
  const trigger: AuthoredTrigger = {
    name: facts.name,
    signal: facts.signal,
    class: "performance",
    severity: severity ?? "medium",
    burn_rate: { objective: facts.objective, windows: [{ long: formatDuration(longSeconds), short, burn }] },
  };
  const refused = triggerRefusal(trigger, facts.described);
  if (refused !== null) return refuse(refused);
  const to = `spec.triggers (${facts.name})`;
  mapping.mapped([...at, "kind"], `${to}.burn_rate`);
  mapping.notMapped([...at, "op"], "a burn rate is always passed upwards");
  mapping.mapped([...at, "threshold"], `${to}.burn_rate.windows[0].burn`);
  mapping.mapped([...at, "lookbackWindow"], `${to}.burn_rate.windows[0].long`);
  mapping.notMapped([...at, "alertAfter"], `the short window (${short}) takes its place: it must burn too`);
  mapping.mapped([...spec, "severity"], `${to}.severity`, severity ?? "medium: no word of ours");
  return {
    trigger,
    decide: [
      ...facts.decide,
      ...(severity === undefined
        ? [`The source's severity is ${written ?? "not written"}: which of critical, high, medium, low is it?`]
        : []),
    ],
  };
}

function secondsOf(text: string): number | null {
  const [, amount = "", unit = ""] = /^(\d+)([mhd])$/.exec(text) ?? [];
  const seconds = Number(amount) * ({ m: 60, h: 3600, d: 86_400 }[unit] ?? Number.NaN);
  return amount === "" || Number.isNaN(seconds) ? null : seconds;
}
