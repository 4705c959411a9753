import type { Preflight } from "../preflight.ts";
import type { PlanStep, Strategy } from "../rollback-document.ts";

/** What a look around means for the steps that write a template: as much surge as there is room for, and a dry run first unless every second counts. */
export function prepareSteps(steps: readonly PlanStep[], preflight: Preflight | null, strategy: Strategy): readonly PlanStep[] {
  return steps.map((step) =>
    step.kind === "restore-template"
      ? {
          ...step,
          ...(preflight === null ? {} : { availability: preflight.availability }),
          ...(strategy === "immediate" ? {} : { dryRun: true }),
        }
      : step,
  );
}
