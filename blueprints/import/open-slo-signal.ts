import type { AuthoredSignal } from "../../functions/domain/blueprint-authored.ts";
import type { ProblemPath } from "../../functions/domain/blueprint-problem.ts";
import type { OpenSloObject } from "./open-slo-objects.ts";

/** The ratio that an objective is about. */
export interface ImportedRatio {
  /** Name of the signal. */
  readonly name: string;
  /** Null: the well-known signal, which the stack's metric preset binds. */
  readonly signal: AuthoredSignal | null;
  readonly decide: readonly string[];
}

type Metric = NonNullable<AuthoredSignal["metric"]>;
/** A few requests prove nothing: under so many in a period the ratio has no value. */
const MINIMUM_TOTAL = 100;

/** The indicator of an SLO as a ratio signal; null when it is none, which is then listed. */
export function ratioOf(indicator: OpenSloObject, name: string): ImportedRatio | null {
  const { source, mapping } = indicator;
  const spec = [...indicator.path, "spec"];
  mapping.notMapped([...spec, "description"], "for people");
  if (source.at([...spec, "thresholdMetric"]) !== undefined) {
    mapping.notMapped([...spec, "thresholdMetric"], "a burn rate needs a ratio: write a trigger with when on a signal of its own");
    return null;
  }
  const ratio = [...spec, "ratioMetric"];
  if (source.section(ratio) === undefined) {
    mapping.notMapped(spec, "it has no ratioMetric");
    return null;
  }
  mapping.notMapped([...ratio, "counter"], "CloudWatch sums each period: whether the source counts up does not matter");
  const [bad, total] = [metricAt(indicator, [...ratio, "bad"]), metricAt(indicator, [...ratio, "total"])];
  if (bad !== null && total !== null) {
    for (const part of ["bad", "total"]) mapping.mapped([...ratio, part], `spec.signals.${name}.ratio`);
    return {
      name,
      signal: { unit: "%", ratio: { part: bad, total, minimum_total: MINIMUM_TOTAL } },
      decide: [`minimum_total of ${name}: under ${MINIMUM_TOTAL} requests a period the ratio has no value.`],
    };
  }
  const why = "no CloudWatch metric of bad requests: the well-known signal error_rate takes its place, bound by the stack's metric preset";
  for (const part of ["good", "bad", "total", "raw", "rawType"]) mapping.notMapped([...ratio, part], why);
  return { name: "error_rate", signal: null, decide: ["Is error_rate (bound by the stack's metric preset) what the objective speaks of?"] };
}

/** OpenSLO leaves the source's `spec` to its type; these are the names that CloudWatch's API has, in their usual spellings. */
function metricAt({ source }: OpenSloObject, path: ProblemPath): Metric | null {
  const at = [...path, "metricSource"];
  const type = source.text([...at, "type"]);
  if (type?.toLowerCase() !== "cloudwatch") return null;
  const spec = [...at, "spec"];
  const first = (...keys: readonly string[]) => keys.map((key) => source.text([...spec, key])).find((value) => value !== undefined);
  const [namespace, name, stat] = [first("namespace"), first("metricName", "name"), first("stat", "statistic")];
  if (namespace === undefined || name === undefined) return null;
  return { namespace, name, dimensions: dimensionsAt({ source, path: [...spec, "dimensions"] }), stat: stat ?? "Sum" };
}

/** A section of names and values, or a list of `{name, value}`. */
function dimensionsAt({ source, path }: Pick<OpenSloObject, "source" | "path">): Record<string, string> {
  const value = source.at(path);
  const names = Array.isArray(value) ? value.map((_, index) => [...path, index]) : [];
  const listed = names.flatMap((item) => {
    const [name, held] = [source.text([...item, "name"]), source.text([...item, "value"])];
    return name === undefined || held === undefined ? [] : [[name, held] as const];
  });
  if (Array.isArray(value)) return Object.fromEntries(listed);
  return Object.fromEntries(Object.keys(source.section(path) ?? {}).map((name) => [name, source.text([...path, name]) ?? ""]));
}
