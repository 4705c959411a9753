import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { formatProblem } from "../../blueprints/blueprint-error.ts";
import { parseBlueprintText } from "../../blueprints/load-blueprints.ts";
import type { AuthoredMetrics } from "../../functions/domain/blueprint-authored-metrics.ts";
import { isPrometheusOther } from "../../functions/domain/metric-sources/prometheus.ts";
import { sourcesOfMetrics } from "../../functions/domain/metric-sources/sources-of-metrics.ts";
import { WELL_KNOWN_SIGNALS } from "../../functions/domain/well-known-signals.ts";
import { AN_ALB, NO_PRESET } from "../domain/support/authored-metrics.ts";

const page = readFileSync("docs/signals.md", "utf8");
const examples = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, yaml = ""]) => yaml);

/** Every section, with everything that it can measure. */
const EVERYTHING: AuthoredMetrics = {
  alb: AN_ALB,
  application_signals: {},
  prometheus: {
    namespace: "Prom",
    dimensions: {},
    requests: "requests",
    errors: "errors",
    auth_attempts: "attempts",
    auth_failures: "failures",
    latency: { summary: "seconds", unit: "s" },
    others: Object.fromEntries(
      Object.keys(WELL_KNOWN_SIGNALS)
        .filter(isPrometheusOther)
        .map((name) => [name, "metric"]),
    ),
  },
  container_insights: {},
  rds: { instance: "db", storage: "1GiB", max_connections: 1 },
  sqs: { queue: "orders" },
};

describe("the page about signals", () => {
  it("has an example for every section, and one for signals of one's own", () => {
    const keys = examples.flatMap((yaml) => [...yaml.matchAll(/^( {2})?(\w+):/gm)].map(([, , key]) => key));

    expect(keys).toEqual(expect.arrayContaining([...Object.keys(EVERYTHING), "metrics", "signals"]));
  });

  it.each(examples)("has examples that can be armed: %s", (yaml) => {
    const indented = yaml.replaceAll(/^(?=.)/gm, "  ");
    const text = `metadata: { name: checkout, version: 1.0.0 }\nspec:\n  triggers: []\n${indented}`;

    const { blueprint, problems } = parseBlueprintText(text, "signals.md", NO_PRESET);

    expect(problems.map(formatProblem)).toEqual([]);
    expect(blueprint?.service).toBe("checkout");
  });

  it.each(Object.entries(WELL_KNOWN_SIGNALS))("says of %s what the code says", (name, known) => {
    const row = page
      .split("\n")
      .filter((line) => line.startsWith(`| \`${name}\` `))
      .map((line) => line.split("|").map((cell) => cell.trim()))[0];
    const sources = sourcesOfMetrics(EVERYTHING, "checkout", { cluster: "c", namespace: "n", kind: "Deployment", name: "checkout" });
    const measuring = sources.flatMap((source) => (source.bind(name) === null ? [] : `\`${source.title.replace("metrics ", "")}\``));

    expect(row?.slice(2, 6)).toEqual([known.unit, known.better, known.class, known.publishes ?? "continuous"]);
    expect(row?.[6]).toBe(measuring.join(", ") || "describe it");
  });
});
