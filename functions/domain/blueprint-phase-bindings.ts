import { CHECK_PHASES, type Check, type VerificationPhases } from "./blueprint.ts";
import type { AuthoredBlueprint } from "./blueprint-authored.ts";
import type { Binding } from "./blueprint-bindings.ts";
import { describeCheck } from "./check-words.ts";

/** What is asked in which phase, and what is left out, for `rollguard validate`. */
export function phaseBindings(
  { verification }: AuthoredBlueprint,
  phases: VerificationPhases,
  checks: readonly Check[],
  own: readonly Check[],
): readonly Binding[] {
  return CHECK_PHASES.map((phase): Binding => {
    const subject = `verify ${phase}`;
    const of = checks.filter((check) => (check.phase ?? "health") === phase);
    const from = of.every((check) => own.includes(check)) && verification?.checks !== undefined ? "blueprint" : "default";
    if (phase !== "health" && phases[phase] === null) {
      const isOff = verification?.phases?.[phase] === "off";
      return {
        subject,
        value: isOff ? "not watched" : `not watched: the blueprint has no ${phase} signal`,
        from: isOff ? "blueprint" : "default",
      };
    }
    const watched = phase === "health" ? "" : `${phases[phase]?.seconds ?? 0} s: `;
    return { subject, value: `${watched}${of.map(describeCheck).join(", ")}`, from };
  });
}
