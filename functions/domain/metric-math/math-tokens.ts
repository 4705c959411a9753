import { type MathResult, mathProblem } from "./math-expression.ts";

/** `word`: an upper-case name (function, AND, OR). `id`: the id of a metric; it starts with a lower-case letter. */
export interface MathToken {
  readonly kind: "number" | "id" | "word" | "symbol" | "end";
  readonly text: string;
  readonly at: number;
}

const PATTERN =
  /\s*(?:(\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)|([a-z]\w*)|([A-Z][A-Z0-9_]*)|(==|!=|<=|>=|&&|\|\||[-+*/^<>()[\],]))/y;
const SAME: Readonly<Record<string, string>> = { "&&": "AND", "||": "OR" };

/** Splits an expression; the last token is the `end`. */
export function mathTokens(text: string): MathResult<readonly MathToken[]> {
  const tokens: MathToken[] = [];
  const end = text.trimEnd().length;
  let position = 0;
  while (position < end) {
    PATTERN.lastIndex = position;
    const match = PATTERN.exec(text);
    if (match === null) {
      const at = position + (text.slice(position).match(/^\s*/)?.[0].length ?? 0);
      return mathProblem(
        "syntax",
        at,
        `"${text[at] ?? ""}" cannot stand here: expected a number, the id of a metric, a function or an operator`,
      );
    }
    const [whole, number, id, word, symbol] = match;
    position += whole.length;
    const found = number ?? id ?? word ?? symbol ?? "";
    const kind = number !== undefined ? "number" : id !== undefined ? "id" : word !== undefined || found in SAME ? "word" : "symbol";
    tokens.push({ kind, text: SAME[found] ?? found, at: position - found.length });
  }
  return { ok: true, value: [...tokens, { kind: "end", text: "", at: end }] };
}
