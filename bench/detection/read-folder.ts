import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { DetectionSeries } from "./detection-series.ts";
import { parseSeries, SeriesFileError } from "./parse-series.ts";
import { type SlotNotes, slotted } from "./slots.ts";

/** A series that is not judged, and why. */
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
 * Every `*.csv` of a folder, at most `most` of them, in the order of the names; a series is called as its file. Throws SeriesFileError where the folder or a
 * file cannot be used.
 */
export function readFolder(folder: string, most?: number): ReadSeries {
  const files = csvFilesOf(folder).slice(0, most);
  if (files.length === 0) throw new SeriesFileError(`${folder}: expected CSV files, one a series, got none`);
  const series: DetectionSeries[] = [];
  const skipped: SkippedSeries[] = [];
  const notes: FileNotes[] = [];
  for (const file of files) {
    const name = file.replace(/\.csv$/i, "");
    const path = join(folder, file);
    const { rows, withoutValue } = parseSeries(path, readFileSync(path, "utf8"));
    const read = slotted(name, rows);
    if (typeof read === "string") skipped.push({ series: name, reason: read });
    else {
      series.push(read.series);
      const found = { series: name, withoutValue, ...read.notes };
      if (withoutValue + read.notes.unsorted + read.notes.duplicates + read.notes.missing > 0) notes.push(found);
    }
  }
  return { series, skipped, notes };
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
