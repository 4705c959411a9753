import type { AuthoredBlueprint } from "../../functions/domain/blueprint-authored.ts";
import type { AuthoredTrigger } from "../../functions/domain/blueprint-authored-trigger.ts";
import type { MappingEntry } from "./mapping.ts";
import { withoutAddresses } from "./without-addresses.ts";

/** A trigger with what a person must decide about it. */
export interface ImportedTrigger {
  readonly trigger: AuthoredTrigger;
  /** Comments that stand over it in the YAML. */
  readonly decide: readonly string[];
}

/** What a converter makes of its part of the source. */
export interface Conversion {
  /** As the source names it; null when it does not. */
  readonly service: string | null;
  readonly spec: Omit<NonNullable<AuthoredBlueprint["spec"]>, "triggers">;
  readonly verification: AuthoredBlueprint["verification"] | null;
  readonly triggers: readonly ImportedTrigger[];
  /** Comments on the blueprint as a whole. */
  readonly decide: readonly string[];
  readonly mapping: readonly MappingEntry[];
}

/** What a converter needs to know beside the source. */
export interface ImportContext {
  readonly service: string | null;
  /** ISO day, from which an expiry is counted. */
  readonly today: string;
}

/** What every imported blueprint says first. */
export const STARTS_IN_OBSERVE =
  "The service starts in observe: everything runs, nothing is written to the cluster. mode: auto or approve arms it.";

/** Days for which something that was switched off is watched before people are asked again. */
export const OBSERVE_DAYS = 14;

/** Why and until when an imported trigger only observes. */
export function observed(context: ImportContext, why: string): Pick<AuthoredTrigger, "mode" | "mode_reason" | "expires"> {
  const expires = new Date(Date.parse(`${context.today}T00:00:00Z`) + OBSERVE_DAYS * 86_400_000).toISOString().slice(0, 10);
  return { mode: "observe", mode_reason: why, expires };
}

/** A name of ours out of a name of theirs: `error_rate`, `ErrorRate` and `error rate` become `error-rate`; null when nothing is left. */
export function kebabName(text: string): string | null {
  const name = withoutAddresses(text)
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+|-+$/g, "");
  return name === "" ? null : name;
}

/** The name, with a number behind it where another trigger has it already. */
export function freeName(name: string, triggers: readonly ImportedTrigger[]): string {
  const taken = new Set(triggers.map(({ trigger }) => trigger.name));
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? name : `${name}-${number}`;
    if (!taken.has(candidate)) return candidate;
  }
}
