import type { CompiledAlarm } from "../blueprint-alarms.ts";

/**
 * CloudWatch's list prices per alarm and month, in cents: a standard alarm and one of a period below a minute per metric (metric math is billed for every
 * metric in it), a composite as a whole. Source: AWS, "Amazon CloudWatch Pricing". Other Regions and contracts differ; the ten free alarms of an account are not counted.
 */
export const PRICE_LIST = {
  region: "us-east-1",
  listedOn: "2026-11-21",
  standardCents: 10,
  highResolutionCents: 30,
  compositeCents: 50,
} as const;

export interface AlarmPrice {
  readonly usdPerMonth: number;
  readonly standardMetrics: number;
  readonly highResolutionMetrics: number;
  readonly composites: number;
  /** Of the price list. */
  readonly region: string;
  readonly listedOn: string;
}

/** What alarms cost a month at list price. Those that the pipeline owns cost the same; an alarm of somebody else is on his bill. */
export function alarmPrice(alarms: readonly Pick<CompiledAlarm, "watch" | "existing">[]): AlarmPrice {
  const watches = alarms.flatMap(({ watch, existing }) => (existing || watch === null ? [] : [watch]));
  const metrics = watches.filter((watch) => watch.kind === "metric");
  const leaves = (isHigh: boolean) =>
    metrics.filter(({ periodSeconds }) => periodSeconds < 60 === isHigh).reduce((sum, watch) => sum + watch.leaves.length, 0);
  const [standardMetrics, highResolutionMetrics, composites] = [leaves(false), leaves(true), watches.length - metrics.length];
  const { region, listedOn, standardCents, highResolutionCents, compositeCents } = PRICE_LIST;
  const cents = standardCents * standardMetrics + highResolutionCents * highResolutionMetrics + compositeCents * composites;
  return { usdPerMonth: cents / 100, standardMetrics, highResolutionMetrics, composites, region, listedOn };
}
