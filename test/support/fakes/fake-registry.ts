import type { Blueprint } from "../../../functions/domain/blueprint.ts";
import type { BlueprintRegistry } from "../../../functions/ports/blueprint-registry.ts";

/** The deployed blueprints of a test. */
export function registryOf(...all: readonly Blueprint[]): BlueprintRegistry {
  return {
    all,
    byService: (service) => all.find((blueprint) => blueprint.service === service) ?? null,
    byAlarm: (alarmName) => {
      for (const blueprint of all) {
        const trigger = blueprint.triggers.find((candidate) => candidate.alarmName === alarmName);
        if (trigger) return { blueprint, trigger };
      }
      return null;
    },
  };
}
