import { Lexer, Parser } from "yaml";

/** A blueprint needs about ten levels; the parser's own limit is the call stack, and it reports each bracket beyond it. */
const DEEPEST = 100;

/** Offset of the first part of a YAML text that is nested too deep to be read; null where none is. */
export function tooDeepAt(text: string): number | null {
  const parser = new Parser();
  for (const lexeme of new Lexer().lex(text)) {
    Array.from(parser.next(lexeme));
    if (parser.stack.length > DEEPEST) return parser.offset;
  }
  return null;
}
