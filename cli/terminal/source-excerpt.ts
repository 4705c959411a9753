import { type Colours, plainText } from "./colours.ts";

/** A place in a text file, 1-based, in UTF-16 units. */
export interface SourcePlace {
  readonly line: number;
  readonly column: number;
  readonly length: number;
}

/** A tab is drawn as so many spaces: where a terminal's own tab stops are depends on what stands before. */
const TAB = "  ";
/** What is shown behind the token, at least. */
const BEHIND = 10;
const WIDE =
  /^(?:\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}])$/u;
const WIDTHLESS = /^[\p{Mn}\p{Me}\p{Cf}]$/u;

/**
 * The line of a problem with carets under the token, indented by two; empty where the file has no such line. A line that is longer than
 * `columns` is cut to the part around the token.
 */
export function sourceExcerpt(text: string, { line, column, length }: SourcePlace, columns: number, colours: Colours): readonly string[] {
  const source = text.split(/\r?\n/)[line - 1];
  if (source === undefined || source.trim() === "") return [];
  const number = String(line);
  const before = drawn(source.slice(0, column - 1));
  const token = drawn(source.slice(column - 1, column - 1 + length));
  const after = drawn(source.slice(column - 1 + length));
  const room = Math.max(columns - number.length - 5, 10);
  const shown = around(before, token, after, room);
  const carets = "^".repeat(Math.max(1, Math.min(cells(token), room - cells(shown.before))));
  return [
    `  ${colours.dim(`${number} |`)} ${shown.before}${shown.rest}`,
    `  ${colours.dim(`${" ".repeat(number.length)} |`)} ${" ".repeat(cells(shown.before))}${colours.red(carets)}`,
  ];
}

/** Columns that a text takes on a terminal: wide characters (CJK, emoji) two, combining ones none. */
export function cells(text: string): number {
  return [...text].reduce((sum, character) => sum + cellsOf(character), 0);
}

function cellsOf(character: string): number {
  if (WIDTHLESS.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

function drawn(text: string): string {
  return plainText(text.replaceAll("\t", TAB));
}

/** Keeps the token in sight: what is cut away is an ellipsis. */
function around(before: string, token: string, after: string, room: number): { readonly before: string; readonly rest: string } {
  if (cells(before + token + after) <= room) return { before, rest: token + after };
  const needed = Math.min(cells(token + after), cells(token) + BEHIND, Math.floor(room / 2));
  const kept = cells(before) + needed <= room ? before : `…${lastCells(before, room - needed - 1)}`;
  return { before: kept, rest: firstCells(token + after, room - cells(kept)) };
}

function firstCells(text: string, columns: number): string {
  if (cells(text) <= columns) return text;
  let kept = "";
  for (const character of text) {
    if (cells(kept + character) > columns - 1) break;
    kept += character;
  }
  return `${kept}…`;
}

function lastCells(text: string, columns: number): string {
  let kept = "";
  for (const character of [...text].reverse()) {
    if (cells(character + kept) > columns) break;
    kept = character + kept;
  }
  return kept;
}
