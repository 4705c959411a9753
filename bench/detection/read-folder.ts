import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { DetectionSeries } from "./detection-series.ts";
import { parseSeries, SeriesFileError } from "./parse-series.ts";
import { type SlotNotes, slotted } from "./slots.ts";

/** A series that is not judged, and why; of a file that cannot be read the reason names file and line. */
export interface SkippedSeries {
  readonly series: string;
  readonly reason: string;
}

/** What had to be put in order in a file. */
export interface FileNotes extends SlotNotes {
  readonly series: string;
  readonly withoutValue: number;
}

export interface ReadSeries {
  readonly series: readonly DetectionSeries[];
  readonly skipped: readonly SkippedSeries[];
  readonly notes: readonly FileNotes[];
}

/**
 * Every `*.csv` of a folder, at most `most` of them, in the order of the names; a series is called as its file. One odd file does not end a run over many: what
 * cannot be used is skipped with its reason. Throws SeriesFileError where the folder cannot be used, or no file in it.
 */
export function readFolder(folder: string, most?: number): ReadSeries {
  const files = csvFilesOf(folder).slice(0, most);
  if (files.length === 0) throw new SeriesFileError(`${folder}: expected CSV files, one a series, got none`);
  const series: DetectionSeries[] = [];
  const skipped: SkippedSeries[] = [];
  const notes: FileNotes[] = [];
  for (const file of files) {
    const name = file.replace(/\.csv$/i, "");
    const read = readSeries(name, join(folder, file));
    if (typeof read === "string") {
      skipped.push({ series: name, reason: read });
      continue;
    }
    series.push(read.series);
    const { withoutValue, unsorted, duplicates, missing } = read.notes;
    if (withoutValue + unsorted + duplicates + missing > 0) notes.push(read.notes);
  }
  if (series.length === 0) throw noSeries(folder, skipped);
  return { series, skipped, notes };
}

/** Nothing is left to judge; the message says of each series why. */
export function noSeries(source: string, skipped: readonly SkippedSeries[]): SeriesFileError {
  return new SeriesFileError(`${source}: no series can be judged\n${skipped.map((one) => `  ${one.series}: ${one.reason}`).join("\n")}`);
}

/** The reason instead where the file cannot be used. */
function readSeries(name: string, path: string): { readonly series: DetectionSeries; readonly notes: FileNotes } | string {
  try {
    const { rows, withoutValue } = parseSeries(path, textOf(path));
    const read = slotted(name, rows);
    return typeof read === "string" ? read : { series: read.series, notes: { series: name, withoutValue, ...read.notes } };
  } catch (error) {
    if (error instanceof SeriesFileError) return error.message;
    throw error;
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new SeriesFileError(`${path}: expected a file that can be read; ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
}

function csvFilesOf(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => /\.csv$/i.test(name))
      .sort();
  } catch (cause) {
    throw new SeriesFileError(`${folder}: expected a folder with CSV files; ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
}
