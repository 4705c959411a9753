import { parseBlueprintFiles } from "../../blueprints/load-blueprints.ts";
import type { Deploy, LeafData } from "../../functions/domain/backtest/backtest-data.ts";
import { endOf, leafWithin } from "../../functions/domain/backtest/backtest-data.ts";
import { judgedSignals, type ReleaseSignal } from "../../functions/domain/backtest/judged-signals.ts";
import { type LoosePoints, type PointsReport, regularSeries } from "../../functions/domain/backtest/regular-series.ts";
import { leafDataOf } from "../../functions/domain/backtest/signal-leaves.ts";
import type { Blueprint } from "../../functions/domain/blueprint.ts";
import { InvalidInputError } from "../../functions/domain/errors.ts";
import type { LeafSeries } from "../../functions/domain/replay/leaf-series.ts";
import { badInput, notFound } from "../command-error.ts";
import { blueprintFiles } from "../commands/blueprint-files.ts";
import { problemLines } from "../commands/problem-lines.ts";
import { stackOf } from "../commands/stack-options.ts";
import { withProgress } from "../console.ts";
import type { CommandContext } from "../context.ts";
import { tableName } from "../deployment.ts";
import { plural } from "../report/format.ts";
import { coloursOf } from "../terminal/colours.ts";
import type { DataOptions } from "./data-options.ts";
import { deploysOfLedger, readDeploysFile } from "./deploys.ts";
import { DEFAULT_DAYS, fetchPoints, plannedQueries, queriesDollars } from "./fetched-points.ts";
import { readMetricsFile } from "./read-metrics-file.ts";

/** What a file or CloudWatch gave. Times ISO 8601 UTC. */
export interface DataReport {
  readonly source: "file" | "cloudwatch";
  readonly file: string | null;
  readonly from: string;
  readonly to: string;
  /** Rows that were read, or points that were asked for. */
  readonly datapoints: number;
  /** At list price; 0 for a file. */
  readonly dollars: number;
  /** Of a file: what had to be put right, by signal. */
  readonly signals: readonly (PointsReport & { readonly signal: string; readonly resolutionsSeconds: readonly number[] })[];
  /** In the file, but not in the blueprint: not looked at. */
  readonly unknownSignals: readonly string[];
}

export interface GatheredPoints {
  readonly blueprint: Blueprint;
  readonly data: LeafData;
  readonly report: DataReport;
}

export interface GatheredData extends GatheredPoints {
  readonly deploys: readonly Deploy[];
  readonly deploysFrom: "ledger" | "file";
}

type Outside = Pick<CommandContext, "console" | "ports">;

/**
 * A blueprint with the points of its triggers and, where `judgedOf` names some, of signals that releases are judged by. Throws CommandError for what cannot be
 * read.
 */
export async function gatheredPoints(
  service: string,
  options: DataOptions,
  outside: Outside,
  judgedOf: (blueprint: Blueprint) => readonly ReleaseSignal[] = () => [],
): Promise<GatheredPoints> {
  const blueprint = blueprintOf(service, options, outside);
  const points =
    options.file === undefined ? await fetched(blueprint, judgedOf(blueprint), options, outside) : fileOf(blueprint, options.file, options);
  return { blueprint, ...points };
}

/** Everything that a past is judged from. Throws CommandError for what cannot be read. */
export async function gatheredData(service: string, options: DataOptions, outside: Outside): Promise<GatheredData> {
  const { blueprint, data, report } = await gatheredPoints(service, options, outside, judgedSignals);
  const deploys = options.deploys === undefined ? await ledgerDeploys(service, options, outside) : readDeploysFile(options.deploys);
  const [from, to] = [Date.parse(report.from) / 1000, Date.parse(report.to) / 1000];
  const inside = deploys.filter(({ atEpochSeconds: at }) => at >= from && at <= to);
  if (inside.length === 0)
    outside.console.note(
      `No deploy lies between ${report.from} and ${report.to}: there are no rates without one. Name them with --deploys.`,
    );
  return { blueprint, data, deploys: inside, deploysFrom: options.deploys === undefined ? "ledger" : "file", report };
}

function blueprintOf(service: string, options: DataOptions, { console }: Outside): Blueprint {
  const files = parseBlueprintFiles(blueprintFiles(options.blueprints), stackOf(options));
  const file = files.find(({ authored }) => authored?.metadata.name === service) ?? (files.length === 1 ? files[0] : undefined);
  if (file !== undefined && file.problems.length > 0) {
    for (const line of problemLines(file, console.columns, coloursOf(console.colours && console.watched))) console.note(line);
    throw badInput(`${file.file} has ${plural(file.problems.length, "problem")}: its triggers cannot be replayed.`);
  }
  if (file?.blueprint?.service === service) return file.blueprint;
  const known = files.flatMap(({ authored }) => authored?.metadata.name ?? []);
  throw notFound(
    `No blueprint in ${options.blueprints} is of a service ${service}. ${known.length === 0 ? "Name it with --blueprints." : `There are: ${known.join(", ")}.`}`,
  );
}

function fileOf(blueprint: Blueprint, path: string, { from, to }: DataOptions): { readonly data: LeafData; readonly report: DataReport } {
  const file = readMetricsFile(path);
  const names = new Set(blueprint.signals.map(({ name }) => name));
  const read = [...file.points]
    .filter(([signal]) => names.has(signal))
    .map(([signal, points]) => ({ signal, ...regular(path, signal, points) }));
  const cut = read.map(({ signal, series }) => [signal, within(series, from, to)] as const);
  const all = cut.flatMap(([, series]) => series);
  if (all.length === 0)
    throw badInput(
      `${path} has no point of a signal of ${blueprint.service}${from || to ? " in that time" : ""}. Its signals: ${[...file.points.keys()].join(", ") || "none"}; the blueprint's: ${[...names].join(", ")}.`,
    );
  const report: DataReport = {
    ...{ source: "file", file: path, datapoints: file.rows, dollars: 0 },
    from: iso(Math.min(...all.map(({ startEpochSeconds }) => startEpochSeconds))),
    to: iso(Math.max(...all.map(endOf))),
    signals: read.map(({ signal, series, report: points }) => ({
      ...{ signal, ...points },
      resolutionsSeconds: series.map(({ periodSeconds }) => periodSeconds),
    })),
    unknownSignals: [...file.points.keys()].filter((signal) => !names.has(signal)),
  };
  return { data: leafDataOf(blueprint.signals, new Map(cut)), report };
}

function regular(path: string, signal: string, points: LoosePoints): ReturnType<typeof regularSeries> {
  try {
    return regularSeries(points);
  } catch (error) {
    if (error instanceof InvalidInputError) throw badInput(`${path}, ${signal}: ${error.message}. Correct its row, or take it out.`);
    throw error;
  }
}

async function fetched(
  blueprint: Blueprint,
  judged: readonly ReleaseSignal[],
  options: DataOptions,
  { console, ports }: Outside,
): Promise<{ readonly data: LeafData; readonly report: DataReport }> {
  const now = ports.clock.now();
  const to = options.to ?? now;
  const from = options.from ?? new Date(to.getTime() - DEFAULT_DAYS * 86_400_000);
  if (from >= to) throw badInput(`--from ${from.toISOString()} is not before --to ${to.toISOString()}.`);
  const queries = plannedQueries(blueprint, { from, to }, now, judged);
  if (queries.length === 0)
    throw badInput(
      `No rule of ${blueprint.service} has points in CloudWatch for that time: points below 60 s are kept for 3 h. Give them with --file.`,
    );
  const dollars = queriesDollars(queries);
  const datapoints = queries.reduce((sum, { points }) => sum + points, 0);
  const price = dollars < 0.01 ? "< $0.01" : `at most $${dollars.toFixed(2)}`;
  console.note(
    `Reading ${plural(queries.length, "metric")}, at most ${plural(datapoints, "datapoint")}, from CloudWatch: ${price} (GetMetricData).`,
  );
  const data = await withProgress(console, "Still reading", fetchPoints(ports.metrics(), queries, to));
  const first = new Date(Math.min(...queries.map((query) => query.from.getTime())));
  const report: DataReport = {
    source: "cloudwatch",
    file: null,
    from: first.toISOString(),
    to: to.toISOString(),
    datapoints,
    dollars,
    signals: [],
    unknownSignals: [],
  };
  return { data, report };
}

async function ledgerDeploys(service: string, { table }: DataOptions, { console, ports }: Outside): Promise<readonly Deploy[]> {
  const reading = async () => await deploysOfLedger(ports.ledger(await tableName(ports, table)), service);
  return await withProgress(console, "Still reading the releases", reading());
}

function within(series: readonly LeafSeries[], from: Date | undefined, to: Date | undefined): readonly LeafSeries[] {
  if (from === undefined && to === undefined) return series;
  const span = { fromEpochSeconds: (from?.getTime() ?? 0) / 1000, toEpochSeconds: (to?.getTime() ?? Number.MAX_SAFE_INTEGER) / 1000 };
  return series.map((one) => leafWithin(one, span)).filter(({ values }) => values.length > 0);
}

function iso(epochSeconds: number): string {
  return new Date(epochSeconds * 1000).toISOString();
}
