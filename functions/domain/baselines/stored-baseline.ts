import { canonicalJson } from "../release-content.ts";
import type { SignalReading } from "../rollback-document.ts";
import type { Signal } from "../signal.ts";
import { type BaselineItem, newestOf } from "./baseline-item.ts";

/** A stored baseline may end so long before the change (looks are a minute apart, and pods take their time): an older one has drifted. */
const AGE_LIMIT_MS = 15 * 60_000;

export type StoredBaseline = NonNullable<SignalReading["baselineFrom"]>;

/**
 * The stored baseline of the time before a change: the newest of the same measurement in the same period whose window ends before it, a quarter of an hour at
 * most. Null for none: then the hour before the change is read from the metric itself.
 */
export function storedBaseline(
  items: readonly BaselineItem[],
  { signal, periodSeconds, changeAt }: { readonly signal: Signal; readonly periodSeconds: number; readonly changeAt: Date },
): StoredBaseline | null {
  const source = canonicalJson(signal.source);
  const before = items.filter((item) => {
    const age = changeAt.getTime() - Date.parse(item.to);
    return item.periodSeconds === periodSeconds && age >= 0 && age <= AGE_LIMIT_MS && canonicalJson(item.source) === source;
  });
  const newest = newestOf(before, signal.name);
  if (newest === null) return null;
  const { release, from, to, n, median, mad } = newest;
  return { release, from, to, n, median, mad };
}
