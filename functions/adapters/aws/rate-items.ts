import { secondsBetween } from "../../domain/time.ts";
import type { AttributeMap } from "./attribute-value.ts";
import { keys } from "./table-keys.ts";

const HOUR_SECONDS = 3600;

/** A rollback that began, as the set of its hour (`GLOBAL / RATE#hour`) holds it. */
export interface Began {
  readonly at: string;
  readonly incidentId: string;
  readonly service: string;
}

/** Adds a rollback to the set of its hour, or takes it out. Both may happen twice. */
export function rateChange(how: "ADD" | "DELETE", began: Began) {
  return {
    Key: keys.rate(hourOf(began.at)),
    UpdateExpression: `${how} began :entry`,
    ExpressionAttributeValues: { ":entry": { SS: [rateEntry(began)] } },
  };
}

/** `2026-11-20T03`. */
export function hourOf(at: string): string {
  return at.slice(0, "2026-11-20T03".length);
}

/** Less than an hour apart, either way: the clock that wrote it may be ahead of ours. */
export function inTheHour({ at }: Pick<Began, "at">, now: string): boolean {
  return Math.abs(secondsBetween(at, now)) < HOUR_SECONDS;
}

export function rateEntry({ at, incidentId, service }: Began): string {
  return [at, incidentId, service].join(" ");
}

export function fromRateItem(item: AttributeMap): readonly Began[] {
  return (item.began?.SS ?? []).flatMap((entry) => {
    const [at, incidentId, service] = entry.split(" ");
    return at === undefined || incidentId === undefined || service === undefined ? [] : [{ at, incidentId, service }];
  });
}
