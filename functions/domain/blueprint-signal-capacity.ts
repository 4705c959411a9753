import type { AuthoredSignal } from "./blueprint-authored-metrics.ts";
import { authoredProblem, type Problem, type ProblemPath } from "./blueprint-problem.ts";
import { formatQuantity, parseQuantity, type Quantity } from "./quantity.ts";
import type { MetricRef, SignalSource } from "./signal.ts";

type WithCapacity = AuthoredSignal & { readonly capacity: NonNullable<AuthoredSignal["capacity"]> };

/** Levels: one moment is as good as another, so their sum or a percentile of a minute's few samples is none. */
const LEVELS: readonly string[] = ["Average", "Minimum", "Maximum"];

/**
 * The used percentage of a capacity. Its metric is absolute (bytes, connections), so `unit` is the metric's and the signal itself is in %. Null, with
 * problems, where the two do not fit.
 */
export function describedCapacity(
  name: string,
  { unit, better, capacity }: WithCapacity,
  metric: MetricRef,
  path: ProblemPath,
  problems: Problem[],
): Extract<SignalSource, { kind: "capacity" }> | null {
  const before = problems.length;
  const total = totalOf(capacity.total, unit);
  const at = (...keys: string[]) => [...path, ...keys];
  if (unit === "%")
    problems.push(
      authoredProblem(
        at("unit"),
        `signal ${name} has a capacity, and its metric is in % already`,
        "remove capacity, or write the unit that CloudWatch holds, such as bytes or count",
      ),
    );
  else if (total === null || (total.unit !== "bytes" && total.unit !== "count"))
    problems.push(
      authoredProblem(
        at("capacity", "total"),
        `"${capacity.total}" is no capacity`,
        "write how much there is at most, such as 100GiB of bytes or 500 of a count",
      ),
    );
  else if (unit !== undefined && total.unit !== unit)
    problems.push(
      authoredProblem(
        at("capacity", "total"),
        `the capacity of ${name} is ${formatQuantity(total.value, total.unit)}, and its metric is in ${unit}`,
        `write the capacity in ${unit}, or the unit that CloudWatch holds`,
      ),
    );
  else if (total.value <= 0)
    problems.push(
      authoredProblem(at("capacity", "total"), `a capacity of ${capacity.total} has no share`, "write how much there is at most"),
    );
  if (!LEVELS.includes(metric.stat))
    problems.push(
      authoredProblem(
        at("metric", "stat"),
        `${metric.stat} of ${metric.name} is no level that could be a share of a capacity`,
        `use ${capacity.holds === "free" ? "Minimum" : "Maximum"} for the worst moment of a period, or Average`,
      ),
    );
  if (better === "higher")
    problems.push(
      authoredProblem(
        at("better"),
        `signal ${name} is the used share of a capacity, of which less is better`,
        "remove better; a metric of what is free is turned around by holds: free",
      ),
    );
  if (total === null || problems.length > before) return null;
  return { kind: "capacity", metric, capacity: total.value, holds: capacity.holds };
}

/** A bare number is in the metric's own unit; without one it is a count. */
function totalOf(total: string | number, unit: WithCapacity["unit"]): Quantity | null {
  return typeof total === "number" ? { value: total, unit: unit ?? "count" } : parseQuantity(total);
}
