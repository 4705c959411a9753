/** Longest text of a file that a message repeats: more nobody reads, and a value may be megabytes. */
const SHOWN_CHARACTERS = 80;

/** A text of a file as a message quotes it: its beginning, and an ellipsis for the rest. */
export function shownText(text: string): string {
  return text.length <= SHOWN_CHARACTERS ? text : `${head(text)}…`;
}

/** A path of keys as a message shows it: what leads nowhere is told by its beginning and its end. */
export function shownPath(path: string): string {
  return path.length <= 2 * SHOWN_CHARACTERS + 1 ? path : `${head(path)}…${path.slice(-SHOWN_CHARACTERS).replace(/^[\uDC00-\uDFFF]/, "")}`;
}

/** Never half of a character that takes two units of UTF-16. */
function head(text: string): string {
  return text.slice(0, SHOWN_CHARACTERS).replace(/[\uD800-\uDBFF]$/, "");
}
