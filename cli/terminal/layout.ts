import { width } from "./colours.ts";

/** Columns padded to their widest cell, two spaces apart; the last one is not padded. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows.reduce<number[]>((all, row) => row.map((cell, index) => Math.max(all[index] ?? 0, width(cell))), []);
  return rows
    .map((row) =>
      row
        .map((cell, index) => (index === row.length - 1 ? cell : pad(cell, widths[index] ?? 0)))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** Breaks a text between words so that no line is longer than `columns`; leading spaces stay, later lines are indented. A longer word stays whole. */
export function wrap(text: string, columns: number, indent = 0): string {
  const lead = /^ */.exec(text)?.[0] ?? "";
  const lines: string[] = [];
  let line = lead;
  for (const word of text.slice(lead.length).split(" ")) {
    const blank = line.trim() === "";
    if (!blank && width(line) + 1 + width(word) > columns) {
      lines.push(line);
      line = " ".repeat(indent) + word;
    } else {
      line = blank ? line + word : `${line} ${word}`;
    }
  }
  return [...lines, line].join("\n");
}

function pad(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - width(text)));
}
