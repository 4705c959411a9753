import { html, type Markup } from "./html.ts";
import { STYLES } from "./styles.ts";

/** Head of every page that is written: it may load nothing from anywhere, so that a file can be passed on as it is. */
export function pageHead(title: string): Markup {
  return html`<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${STYLES}</style>
</head>`;
}
