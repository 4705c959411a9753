import type { Blueprint } from "../blueprint.ts";
import type { Assessment, RollbackTrigger } from "../rollback-document.ts";
import { decidedByHand, isByHand } from "./by-hand.ts";
import { modeOfIncident } from "./mode-of-incident.ts";
import { asks, denies, type Ruled } from "./ruled.ts";

/** The one switch for all services. Nobody passes it, by hand or not. */
export function switchRule(switchState: "armed" | "off"): Ruled {
  return denies("switch", switchState === "armed", { observed: switchState, limit: "armed" });
}

/**
 * Mode `approve` asks, also where it is only the triggers' that fired. Mode `observe` fails nothing: nothing will be written, and the other rules say what would
 * have been asked.
 */
export function modeRule(blueprint: Blueprint, trigger: RollbackTrigger, alarms: Assessment["alarms"]): Ruled {
  const mode = modeOfIncident(blueprint, trigger, alarms);
  const limit = "auto, or asked for by hand";
  const words = mode === blueprint.mode ? mode : `${mode} (of what fired; the service is in ${blueprint.mode})`;
  if (mode === "observe" || !blueprint.rollback.enabled) {
    return asks("mode", true, { observed: `${mode === "observe" ? words : "rollback.enabled is false"}: nothing is written`, limit });
  }
  if (mode === "auto") return asks("mode", true, { observed: mode, limit });
  return asks("mode", isByHand(trigger), { observed: isByHand(trigger) ? decidedByHand(words, trigger) : words, limit });
}

/** `rollback.automatic: false`: alarms do not act by themselves, people do. */
export function automaticRule({ rollback }: Pick<Blueprint, "rollback">, trigger: RollbackTrigger): Ruled {
  const limit = "automatic, or asked for by hand";
  if (rollback.automatic) return asks("automatic", true, { observed: "automatic", limit });
  const observed = "rollback.automatic is false";
  return asks("automatic", isByHand(trigger), { observed: isByHand(trigger) ? decidedByHand(observed, trigger) : observed, limit });
}
