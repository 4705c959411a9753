import type { LookPolicy } from "../blueprint.ts";
import type { AuthoredBlueprint } from "../blueprint-authored.ts";
import type { Binding } from "../blueprint-bindings.ts";
import { RELEASE_RULE } from "../judging/release-rule.ts";

/** What new releases are judged on, for `rollguard validate`. */
export function lookBindings({ spec }: AuthoredBlueprint, looks: LookPolicy | null): readonly Binding[] {
  const from = spec?.looks === undefined ? "default" : "blueprint";
  if (looks === null) {
    const value = spec?.looks?.signals === undefined ? "none: the blueprint has no signal to judge a release on" : "none";
    return [{ subject: "looks", value, from }];
  }
  const minutes = RELEASE_RULE.lookMinutes.join(", ");
  const signals = looks.signals.map(({ signal }) => signal).join(", ");
  return [{ subject: "looks", value: `${signals}, ${minutes} min after a release, ${looks.mode}`, from }];
}
