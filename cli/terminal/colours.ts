import picocolors from "picocolors";
import type { Tone } from "../report/outcome.ts";

export type Colours = ReturnType<typeof picocolors.createColors>;

export function coloursOf(enabled: boolean): Colours {
  return picocolors.createColors(enabled);
}

/** Colour of an outcome or verdict; the text always says it too. */
export function toned(colours: Colours, tone: Tone, text: string): string {
  const paint = { good: colours.green, bad: colours.red, warn: colours.yellow, calm: colours.cyan }[tone];
  return paint(text);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character starts a colour
const COLOUR = /\u001b\[\d+m/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal would obey, not show
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** Text from outside made harmless for a terminal: no control character reaches it, line breaks and tabs become spaces. */
export function plainText(text: string): string {
  return text.replace(/[\r\n\t]+/g, " ").replace(CONTROL, "\ufffd");
}

/** Columns that a text takes, colours aside. */
export function width(text: string): number {
  return [...text.replace(COLOUR, "")].length;
}
