import { parseBlueprintText } from "../../../blueprints/load-blueprints.ts";
import type { Deploy, LeafData } from "../../../functions/domain/backtest/backtest-data.ts";
import { leafDataOf } from "../../../functions/domain/backtest/signal-leaves.ts";
import type { Blueprint } from "../../../functions/domain/blueprint.ts";
import type { LeafSeries } from "../../../functions/domain/replay/leaf-series.ts";
import { SERIES_START } from "../../support/builders/metric-watch.ts";

const SIGNALS = `
    latency: { unit: ms, metric: { namespace: Shop, name: Latency, stat: Average } }
    p95: { unit: ms, metric: { namespace: Shop, name: Latency, stat: p95 } }
    orders: { unit: count, better: higher, metric: { namespace: Shop, name: Orders, stat: Sum } }
    errors:
      unit: "%"
      ratio:
        part: { namespace: Shop, name: Failed, stat: Sum }
        total: { namespace: Shop, name: Requests, stat: Sum }
        minimum_total: 20
    theirs: { alarm: database-is-down }`;

/** A service with these triggers, in YAML's flow style without name of the file. */
export function aService(...triggers: readonly string[]): Blueprint {
  const rows = triggers.map((trigger) => `    - { class: performance, severity: high, ${trigger} }`).join("\n");
  const text = `metadata: { name: shop, version: 1.0.0 }\nspec:\n  target: { cluster: prod, namespace: shop }\n  mode: observe\n  signals:${SIGNALS}\n  triggers:\n${rows}\n`;
  const { blueprint, problems } = parseBlueprintText(text, "shop.yaml", { metricPreset: "eks" });
  if (blueprint === null) throw new Error(problems.map(({ message }) => message).join("\n"));
  return blueprint;
}

/** Points of a signal from the start on; `samples` where each has as many. */
export function leaf(
  values: readonly number[],
  { periodSeconds = 60, samples, fromSeconds = 0 }: { periodSeconds?: number; samples?: number; fromSeconds?: number } = {},
): LeafSeries {
  return {
    startEpochSeconds: SERIES_START + fromSeconds,
    periodSeconds,
    values: Float64Array.from(values),
    ...(samples === undefined ? {} : { samples: new Float64Array(values.length).fill(samples) }),
  };
}

export function dataOf(blueprint: Blueprint, points: Readonly<Record<string, readonly LeafSeries[]>>): LeafData {
  return leafDataOf(blueprint.signals, new Map(Object.entries(points)));
}

/** Deploys so many minutes after the start. */
export function deploysAt(...minutes: readonly number[]): readonly Deploy[] {
  return minutes.map((minute) => ({ atEpochSeconds: SERIES_START + minute * 60, bad: false }));
}

/** The same value for so many minutes, but where `except` says another. */
export function minutes(count: number, usual: number, except: (minute: number) => number | null = () => null): number[] {
  return Array.from({ length: count }, (_, minute) => except(minute) ?? usual);
}
