import type { Check, CheckPhase, Operator, Trigger } from "./blueprint.ts";
import type { SignalMeaning } from "./blueprint-signals.ts";
import { convertQuantity, negateOperator } from "./quantity.ts";
import type { Unit } from "./signal.ts";

/** What a signal must come to where the blueprint does not say; a limit in its own unit, or a share of its value before the change. */
interface DefaultRule {
  readonly phase: CheckPhase;
  readonly signals: RegExp;
  readonly limit:
    | { readonly kind: "threshold"; readonly value: number; readonly unit: Unit }
    | { readonly kind: "baseline"; readonly percent: number };
  /** Load moves these too: unless the signal itself had breached they only inform. */
  readonly critical: boolean;
}

const ERRORS = /^(.+_)?error_rate$/;
const THROUGHPUT = /^(.+_)?(request_count|requests|request_rate|throughput)$/;

/** Seed 003, "rollback verification"; that utilisation does not decide is seed 000's. HTTP 200 of the health phase needs an address: a check of type http. */
const RULES: readonly DefaultRule[] = [
  { phase: "health", signals: ERRORS, limit: { kind: "threshold", value: 1, unit: "%" }, critical: true },
  { phase: "health", signals: THROUGHPUT, limit: { kind: "baseline", percent: 80 }, critical: false },
  {
    phase: "performance",
    signals: /^(.+_)?(latency|response_time)_p95$/,
    limit: { kind: "threshold", value: 2, unit: "s" },
    critical: true,
  },
  {
    phase: "performance",
    signals: /^(.+_)?(latency|response_time)_p99$/,
    limit: { kind: "threshold", value: 5, unit: "s" },
    critical: true,
  },
  { phase: "performance", signals: ERRORS, limit: { kind: "threshold", value: 1, unit: "%" }, critical: true },
  { phase: "performance", signals: THROUGHPUT, limit: { kind: "baseline", percent: 90 }, critical: false },
  { phase: "performance", signals: /_utili[sz]ation$/, limit: { kind: "threshold", value: 80, unit: "%" }, critical: false },
  { phase: "business", signals: /(^|_)satisfaction(_|$)/, limit: { kind: "baseline", percent: 90 }, critical: true },
  { phase: "business", signals: /(^|_)conversions?(_|$)/, limit: { kind: "baseline", percent: 95 }, critical: true },
  { phase: "business", signals: /(^|_)(engagement|sessions?)(_|$)/, limit: { kind: "baseline", percent: 90 }, critical: true },
];

/**
 * The checks of a phase for which the blueprint has none of its own. A limit of the service itself (a trigger, a check) counts where it is stricter;
 * the seed's own limit does not fail a service that was over it before the change.
 */
export function defaultChecks(
  phase: CheckPhase,
  signals: ReadonlyMap<string, SignalMeaning>,
  own: { readonly checks: readonly Check[]; readonly triggers: readonly Trigger[] },
): Check[] {
  return [...signals.values()].flatMap((signal): Check[] => {
    const rule = RULES.find((candidate) => candidate.phase === phase && candidate.signals.test(signal.name));
    if (rule === undefined || signal.armed === null || signal.armed.source.kind === "alarm") return [];
    const name = phase === "health" ? signal.name : `${phase}_${signal.name}`;
    if (own.checks.some((check) => check.name === name || (phase === "health" && "signal" in check && check.signal === signal.name)))
      return [];
    const common = { name, phase, signal: signal.name, unit: signal.unit, critical: rule.critical, rollbackTrigger: false };
    const better: Operator = signal.better === "lower" ? "<" : ">";
    if (rule.limit.kind === "baseline") {
      return signal.better === "higher" ? [{ type: "baseline", ...common, operator: ">", percentOfBaseline: rule.limit.percent }] : [];
    }
    const value = convertQuantity(rule.limit, signal.unit);
    if (value === null || better !== "<") return [];
    const stricter = ownLimits(signal.name, own)
      .filter((limit) => limit.operator.startsWith("<") && limit.target <= value)
      .sort((a, b) => a.target - b.target)[0];
    return [{ type: "threshold", ...common, ...(stricter ?? { operator: "<", target: value, orAsBefore: true }) }];
  });
}

/** What the service itself holds this signal to. */
function ownLimits(signal: string, { checks, triggers }: { readonly checks: readonly Check[]; readonly triggers: readonly Trigger[] }) {
  const limits: { operator: Operator; target: number }[] = [];
  for (const check of checks) {
    if (check.type === "threshold" && check.signal === signal) limits.push({ operator: check.operator, target: check.target });
  }
  for (const { signal: of, rule, form } of triggers) {
    // where a trend is asked about is no limit
    if (of === signal && rule !== null && form === undefined)
      limits.push({ operator: negateOperator(rule.operator), target: rule.threshold });
  }
  return limits;
}
