import type { ProblemPath } from "../../functions/domain/blueprint-problem.ts";
import { type WellKnownSignal, wellKnownSignal } from "../../functions/domain/well-known-signals.ts";
import { freeName, type ImportedTrigger, kebabName } from "./imported.ts";
import { type Mapping, pathText } from "./mapping.ts";
import { canBeWritten, signalOf } from "./seed-condition.ts";
import type { SourceDocument } from "./source-document.ts";

/** What is shared while the metrics of a canary configuration are read. */
export interface KayentaReading {
  readonly source: SourceDocument;
  readonly mapping: Mapping;
  readonly triggers: ImportedTrigger[];
}

/** Kayenta's effect size is 1, any difference, unless it is said: a trigger needs one that counts. */
const DEFAULT_FACTOR = { increase: 1.5, decrease: 0.7 } as const;
type Way = keyof typeof DEFAULT_FACTOR;
const ALLOWED = { increase: "allowedIncrease", decrease: "allowedDecrease" } as const;

/** Parts of a metric that no trigger has. */
const ELSEWHERE: readonly (readonly [path: ProblemPath, note: string])[] = [
  [["query"], "the stack's metric preset, or spec.signals, says what is read"],
  [["serviceName"], "the stack's metric preset, or spec.signals, says what is read"],
  [["scopeName"], "the arms are signals of their own: spec.traffic.arm_signals"],
  [["groups"], "each trigger acts by itself"],
];
const CANARY_ELSEWHERE: readonly (readonly [path: ProblemPath, note: string])[] = [
  [["nanStrategy"], "silence alone never starts a rollback; what is published on events counts as 0 (publishes in spec.signals)"],
  [["mustHaveData"], "a trigger with absent: true calls people when nothing is measured any more"],
  [["outliers"], "a median and two bad periods of three are not minded by one outlier"],
  [["effectSize", "criticalIncrease"], "a trigger has one threshold"],
  [["effectSize", "criticalDecrease"], "a trigger has one threshold"],
];

/** One metric: a trigger that compares with the time before the change, where its signal is known here. */
export function readKayentaMetric(reading: KayentaReading, path: ProblemPath): void {
  const { source, mapping } = reading;
  source.section(path);
  const name = source.text([...path, "name"]);
  if (name === undefined) throw source.broken(path, "a metric has no name", "add its name");
  const own = kebabName(name)?.replaceAll("-", "_") ?? "metric";
  const signal = signalNamed(own);
  const known = signal === null ? null : wellKnownSignal(signal);
  if (signal === null || known === null) {
    mapping.notMapped(path, `its query is not CloudWatch's: describe the metric in spec.signals.${own} and write the trigger by hand`);
    return;
  }
  const canary = [...path, "analysisConfigurations", "canary"];
  const way = wayOf(source, [...canary, "direction"], known);
  if (way === null) {
    mapping.notMapped(path, `its direction is no trouble: ${signal} is better ${known.better}`);
    return;
  }
  mapping.mapped([...path, "name"], "signal", signal);
  mapping.mapped([...canary, "direction"], "when", way === "increase" ? ">" : "<");
  addTrigger(reading, { path, canary, name, signal, known, way });
  for (const [rest, note] of ELSEWHERE) mapping.notMapped([...path, ...rest], note);
  for (const [rest, note] of CANARY_ELSEWHERE) mapping.notMapped([...canary, ...rest], note);
}

interface KayentaMetric {
  readonly path: ProblemPath;
  readonly canary: ProblemPath;
  readonly name: string;
  readonly signal: string;
  readonly known: WellKnownSignal;
  readonly way: Way;
}

function addTrigger({ source, mapping, triggers }: KayentaReading, { path, canary, name, signal, known, way }: KayentaMetric): void {
  const at = [...canary, "effectSize", ALLOWED[way]];
  const other = [...canary, "effectSize", ALLOWED[way === "increase" ? "decrease" : "increase"]];
  const isRatio = (source.text([...canary, "effectSize", "measure"]) ?? "meanRatio") === "meanRatio";
  const said = isRatio ? source.number(at) : undefined;
  const when = (factor: number) => `${way === "increase" ? ">" : "<"} ${factor}x baseline`;
  const isSaid = said !== undefined && (way === "increase" ? said > 1 : said > 0 && said < 1) && canBeWritten(when(said));
  const factor = isSaid ? said : DEFAULT_FACTOR[way];
  const trigger = freeName(kebabName(name) ?? "metric", triggers);
  const isSeasonal = signal === "request_count" || known.class === "business";
  const isCritical = source.flag([...canary, "critical"]) ?? false;
  if (isSaid) mapping.mapped(at, `spec.triggers (${trigger}).when`, when(factor));
  else mapping.notMapped(at, `no factor that counts: ${factor}x is assumed`);
  mapping.notMapped(other, "the other direction is no trouble");
  if (isRatio) mapping.mapped([...canary, "effectSize", "measure"], "when", "a factor");
  else mapping.notMapped([...canary, "effectSize", "measure"], "a probability of being larger is no factor");
  mapping.mapped([...canary, "critical"], isCritical ? "severity" : "the signal's own severity");
  triggers.push({
    trigger: {
      ...{ name: trigger, signal, class: known.class, severity: isCritical ? "critical" : known.severity, when: when(factor) },
      ...(isSeasonal ? { against: "season" as const } : {}),
    },
    decide: [
      `${signal} is bound by the stack's metric preset, or by spec.signals: is it what ${pathText(path)} measured?`,
      ...(isSaid ? [] : [`Kayenta fails any proven difference here; ${factor}x is assumed: is it right?`]),
    ],
  });
}

/** Theirs for a signal of ours: its own name, or a usual one such as `cpu` or `p95_latency`. */
function signalNamed(own: string): string | null {
  if (wellKnownSignal(own) !== null) return own;
  const theirs = signalOf(own, true);
  return theirs !== null && wellKnownSignal(theirs) !== null ? theirs : null;
}

/** In which direction it is trouble; null where the configuration asks for the one that is none. */
function wayOf(source: SourceDocument, at: ProblemPath, known: WellKnownSignal): Way | null {
  const worse: Way = known.better === "lower" ? "increase" : "decrease";
  const direction = source.text(at) ?? "either";
  if (direction !== "increase" && direction !== "decrease" && direction !== "either") {
    throw source.broken(at, `"${direction}" is no direction`, "write increase, decrease or either");
  }
  return direction === "either" || direction === worse ? worse : null;
}
