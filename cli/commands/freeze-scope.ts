import type { Freeze } from "../../functions/domain/governance.ts";
import type { FreezeScope } from "../../functions/ports/governance-store.ts";
import { badInput } from "../command-error.ts";
import { dateTime } from "../report/format.ts";
import { plainText } from "../terminal/colours.ts";

export interface ScopeOptions {
  readonly group?: string;
  readonly all?: boolean;
}

/** Exactly one of a service, `--group` and `--all`. Throws CommandError. */
export function scopeOf(service: string | undefined, { group, all }: ScopeOptions): FreezeScope {
  const given = [service, group, all === true ? "all" : undefined].filter((one) => one !== undefined);
  if (given.length !== 1) throw badInput("Say whose releases: a service, --group <name>, or --all; one of them.");
  if (all === true) return { scope: "all", name: null };
  return group === undefined ? { scope: "service", name: service ?? null } : { scope: "group", name: group };
}

/** `service checkout`, `group shop`, `every service`. */
export function scopeInWords({ scope, name }: FreezeScope): string {
  return scope === "all" ? "every service" : `${scope} ${plainText(name ?? "")}`;
}

/** One freeze, for a list. */
export function freezeLine(freeze: Freeze): string {
  const { until, by, reason, security, incidentId } = freeze;
  const kind = security ? "; class security: not even a fix passes" : "";
  return `${scopeInWords(freeze)} until ${dateTime(until)}\n  by ${plainText(incidentId ?? by)}: ${plainText(reason)}${kind}\n`;
}
