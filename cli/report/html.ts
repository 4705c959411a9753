/** Markup that is safe to place into a page. Only `html` and `trusted` make it, so a plain string can never slip in unescaped. */
export interface Markup {
  readonly markup: string;
}

/** What a template may hold: text is escaped, markup and lists of markup are placed as they are, nothing is written for null. */
export type Fragment = string | number | Markup | null | undefined | false | readonly Fragment[];

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that HTML forbids
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g;

/** Escapes text for an element's content and for quoted attributes. Control characters that HTML forbids become U+FFFD. */
export function escapeHtml(text: string): string {
  return text.replace(FORBIDDEN, "\ufffd").replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** Text written by this program itself (styles, JSON made safe): placed unescaped. */
export function trusted(markup: string): Markup {
  return { markup };
}

/** Template tag: everything between `${}` is escaped unless it is markup already. */
export function html(texts: TemplateStringsArray, ...fragments: readonly Fragment[]): Markup {
  return { markup: texts.reduce((page, text, index) => page + render(fragments[index - 1]) + text) };
}

function render(fragment: Fragment): string {
  if (fragment === null || fragment === undefined || fragment === false) return "";
  if (typeof fragment === "string") return escapeHtml(fragment);
  if (typeof fragment === "number") return String(fragment);
  if ("markup" in fragment) return fragment.markup;
  return fragment.map(render).join("");
}

/** JSON for a `<script type="application/json">`: no `<` survives, so no text can end the element or open a comment. */
export function embeddedJson(value: unknown): Markup {
  return trusted(
    JSON.stringify(value, null, 1)
      .replace(/</g, "\\u003c")
      .replace(/\u2028/g, "\\u2028")
      .replace(/\u2029/g, "\\u2029"),
  );
}
