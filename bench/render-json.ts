import type { BenchResult } from "./bench-result.ts";

/** One line of JSON, its keys in the documented order whatever was measured first. Parts that were not measured are absent. */
export function renderJson(result: Partial<BenchResult>): string {
  const { reaction, bareUndo, statesBeforeFirstWrite, lambdasBeforeFirstWrite, reference, bundles, recovery } = result;
  return `${JSON.stringify({ reaction, bareUndo, statesBeforeFirstWrite, lambdasBeforeFirstWrite, reference, bundles, recovery })}\n`;
}
