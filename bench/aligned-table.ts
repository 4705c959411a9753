/** A title and rows under it, the first one being the header; columns of numbers to the right, words to the left. */
export function alignedTable(title: string, rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  const isNumeric = widths.map((_, column) => rows.slice(1).every((row) => /^[\d.x<>= ,[\]+/-]*$/.test(row[column] ?? "")));
  const lines = rows.map((row) =>
    row.map((cell, column) => (isNumeric[column] ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0))).join("  "),
  );
  return [title, ...lines.map((line) => `  ${line}`.trimEnd())].join("\n");
}
