import type { Check, VerificationPhases } from "./blueprint.ts";
import type { AuthoredBlueprint } from "./blueprint-authored.ts";

/** The verification phases of a blueprint. Health is always looked at; the others are left out where no check belongs to them. */
export function compilePhases(_authored: AuthoredBlueprint, checks: readonly Check[]): VerificationPhases {
  const has = (phase: string) => checks.some((check) => check.phase === phase);
  return {
    health: { intervalSeconds: 30, consecutiveFailures: 2 },
    performance: has("performance") ? { seconds: 300 } : null,
    business: has("business") ? { seconds: 900 } : null,
  };
}
