import { cells } from "./source-excerpt.ts";

/**
 * A label and a text whose further lines stand under its first one, never wider than `columns`: words that are longer than a line are broken.
 * `indent` spaces stand before the label.
 */
export function hanging(label: string, text: string, indent: number, columns: number): readonly string[] {
  const before = " ".repeat(indent) + label;
  const room = Math.max(columns - cells(before), 10);
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    for (const piece of pieces(word, room)) {
      if (line !== "" && cells(line) + 1 + cells(piece) > room) {
        lines.push(line);
        line = piece;
      } else line = line === "" ? piece : `${line} ${piece}`;
    }
  }
  const rest = " ".repeat(cells(before));
  return [...lines, line].map((drawn, index) => `${index === 0 ? before : rest}${drawn}`.trimEnd());
}

/** Splits a word that no line holds; the pieces are full lines but for the last. */
function pieces(word: string, room: number): readonly string[] {
  const found: string[] = [];
  let piece = "";
  for (const character of word) {
    if (cells(piece + character) > room) {
      found.push(piece);
      piece = character;
    } else piece += character;
  }
  return [...found, piece];
}
