import { closeSync, openSync, readSync } from "node:fs";
import { badInput } from "../command-error.ts";
import { plural } from "../report/format.ts";
import { MetricsCsv, type MetricsFile } from "./metrics-csv.ts";

const CHUNK_BYTES = 1 << 18;

/** Reads a file of metrics piece by piece. Throws CommandError for a file that cannot be read, and for broken rows: with file, line and how to fix them. */
export function readMetricsFile(path: string): MetricsFile {
  const csv = new MetricsCsv();
  const file = opened(path);
  try {
    const chunk = new Uint8Array(CHUNK_BYTES);
    for (let read = readSync(file, chunk); read > 0; read = readSync(file, chunk)) csv.add(chunk.subarray(0, read));
  } catch (error) {
    throw badInput(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}. Name a CSV file.`);
  } finally {
    closeSync(file);
  }
  const read = csv.end();
  if (read.broken === 0) return read;
  const lines = read.problems.map(({ line, message }) => `${path}:${line}: ${message}`);
  const more = read.broken - lines.length;
  throw badInput([...lines, ...(more > 0 ? [`and ${plural(more, "broken row")} more`] : [])].join("\n"));
}

function opened(path: string): number {
  try {
    return openSync(path, "r");
  } catch {
    throw badInput(`There is no ${path}, or it may not be read. Name a CSV file with timestamp,signal,value,samples.`);
  }
}
