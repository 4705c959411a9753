import type { AuthoredMetrics } from "./blueprint-authored-metrics.ts";
import { authoredProblem, type Problem } from "./blueprint-problem.ts";
import { closestWord } from "./closest-word.ts";
import { isPrometheusOther } from "./metric-sources/prometheus.ts";
import { parseQuantity } from "./quantity.ts";
import { WELL_KNOWN_SIGNALS } from "./well-known-signals.ts";

/** What is wrong in `spec.metrics` beyond the form of single values. */
export function metricsProblems(metrics: AuthoredMetrics | undefined): readonly Problem[] {
  return [...databaseProblems(metrics?.rds), ...prometheusProblems(metrics?.prometheus)];
}

/** What a section lacks to measure a signal that it could measure; null where none could. */
export function missingPart(signalName: string, metrics: AuthoredMetrics | undefined): string | null {
  const { rds, prometheus } = metrics ?? {};
  if (signalName === "disk_utilization" && rds !== undefined) return "add spec.metrics.rds.storage, the allocated storage, such as 100GiB";
  if (signalName === "db_connections_utilization" && rds !== undefined) return "add spec.metrics.rds.max_connections of the database";
  if (prometheus === undefined) return null;
  if (signalName.startsWith("latency_")) return "add spec.metrics.prometheus.latency, a summary with quantiles";
  if (signalName === "error_rate") return "add spec.metrics.prometheus.requests and .errors, the names of two counters";
  return isPrometheusOther(signalName) ? `add spec.metrics.prometheus.others.${signalName}, the name of a metric` : null;
}

function databaseProblems(rds: AuthoredMetrics["rds"]): readonly Problem[] {
  if (rds?.storage === undefined) return [];
  const storage = parseQuantity(rds.storage);
  if (storage?.unit === "bytes" && storage.value > 0) return [];
  return [
    authoredProblem(["spec", "metrics", "rds", "storage"], `"${rds.storage}" is no storage`, "write the allocated storage, such as 100GiB"),
  ];
}

function prometheusProblems(prometheus: AuthoredMetrics["prometheus"]): readonly Problem[] {
  if (prometheus === undefined) return [];
  const path = ["spec", "metrics", "prometheus"];
  const { requests, errors, auth_attempts: attempts, auth_failures: failures, latency, others = {}, dimensions } = prometheus;
  const problems: Problem[] = [];
  const nothing = [requests, errors, attempts, failures, latency].every((part) => part === undefined);
  if (nothing && Object.keys(others).length === 0)
    problems.push(authoredProblem(path, "prometheus names no metric", "add requests and errors, latency, or others"));
  if ((attempts === undefined) !== (failures === undefined)) {
    const [has, lacks] = attempts === undefined ? ["auth_failures", "auth_attempts"] : ["auth_attempts", "auth_failures"];
    problems.push(authoredProblem([...path, has], `${has} alone is no rate`, `add ${lacks}, or remove it`));
  }
  if (latency !== undefined && /_(bucket|sum|count)$/.test(latency.summary))
    problems.push(
      authoredProblem(
        [...path, "latency", "summary"],
        `${latency.summary} is a counter of a histogram or summary, not its quantiles`,
        "name the summary itself; the CloudWatch agent drops histograms, so a service with one needs a summary, Application Signals or a load balancer",
      ),
    );
  const label = latency?.label ?? "quantile";
  if (latency !== undefined && Object.hasOwn(dimensions, label))
    problems.push(
      authoredProblem(
        [...path, "dimensions", label],
        `${label} is the dimension of each latency signal`,
        "remove it here: 0.5, 0.9, 0.95 and 0.99 are filled in",
      ),
    );
  for (const signalName of Object.keys(others)) {
    if (isPrometheusOther(signalName)) continue;
    const possible = Object.keys(WELL_KNOWN_SIGNALS).filter(isPrometheusOther);
    const meant = closestWord(signalName, possible);
    problems.push(
      authoredProblem(
        [...path, "others", signalName],
        `one metric cannot be ${signalName} here`,
        meant === null ? `use one of ${possible.join(", ")}, or describe it in spec.signals` : `did you mean ${meant}?`,
      ),
    );
  }
  return problems;
}
