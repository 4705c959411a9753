import { BenchUsageError } from "../options.ts";
import { DETECTION_HELP, type DetectionOptions, parseDetectionOptions } from "./detection-options.ts";
import { type DetectionResult, detectionResult } from "./detection-result.ts";
import { generateSeries } from "./generate.ts";
import { SeriesFileError } from "./parse-series.ts";
import { type ReadSeries, readFolder } from "./read-folder.ts";
import { renderDetection } from "./render-detection.ts";
import { replayAll } from "./replay-all.ts";
import { writeVerdicts } from "./verdict-file.ts";

const GENERATED_SERIES = 48;

const say = (line: string): void => void process.stderr.write(`${line}\n`);

function readSeries({ data, series, seed }: DetectionOptions): ReadSeries & { readonly source: string } {
  if (data === null)
    return { source: `generated, seed ${seed}`, series: generateSeries(seed, series ?? GENERATED_SERIES), skipped: [], notes: [] };
  return { source: data, ...readFolder(data, series ?? undefined) };
}

function run(options: DetectionOptions): DetectionResult {
  const read = readSeries(options);
  const { replayed, skipped } = replayAll(read.series, say);
  if (options.verdicts !== null) writeVerdicts(options.verdicts, replayed);
  return detectionResult(read.source, replayed, [...read.skipped, ...skipped], read.notes);
}

try {
  const options = parseDetectionOptions(process.argv.slice(2));
  if (options.help) process.stdout.write(DETECTION_HELP);
  else {
    const result = run(options);
    process.stdout.write(options.json ? `${JSON.stringify(result)}\n` : renderDetection(result));
  }
} catch (error) {
  const isKnown = error instanceof BenchUsageError || error instanceof SeriesFileError;
  say(error instanceof Error ? (isKnown ? error.message : (error.stack ?? error.message)) : String(error));
  process.exitCode = 1;
}
