/** A point as drawn: what it says it is, and where it stands (x in percent, y in pixels of its plot). */
export interface DrawnCircle {
  readonly signal: string;
  readonly at: string;
  readonly value: number;
  readonly x: number;
  readonly y: number;
  readonly breaching: boolean;
}

/** Reads every drawn point out of a report's markup, in document order. */
export function drawnPoints(page: string): DrawnCircle[] {
  return [...page.matchAll(/<g data-signal="([^"]*)">([\s\S]*?)<\/g>/g)].flatMap(([, signal, group]) =>
    [
      ...(group ?? "").matchAll(/<circle class="([^"]*)" cx="([^"]*)%" cy="([^"]*)" r="[^"]*" data-at="([^"]*)" data-value="([^"]*)">/g),
    ].map(([, classes, cx, cy, at, value]) => ({
      signal: unescapeHtml(signal ?? ""),
      at: at ?? "",
      value: Number(value),
      x: Number(cx),
      y: Number(cy),
      breaching: classes?.includes("over") ?? false,
    })),
  );
}

/** The incident that a report carries in its `#record` element. */
export function embeddedRecord(page: string): unknown {
  const [, json] = /<script type="application\/json" id="record">([\s\S]*?)<\/script>/.exec(page) ?? [];
  return json === undefined ? undefined : JSON.parse(json);
}

/** What a reader sees: markup without tags, styles and the embedded record. */
export function visibleText(page: string): string {
  return unescapeHtml(page.replace(/<(style|script)[\s\S]*?<\/\1>/g, " ").replace(/<[^>]*>/g, " ")).replace(/\s+/g, " ");
}

function unescapeHtml(text: string): string {
  return text
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, "&");
}
