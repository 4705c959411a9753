import type { Blueprint } from "../blueprint.ts";
import type { RollbackTrigger } from "../rollback-document.ts";
import { decidedByHand, isByHand } from "./by-hand.ts";
import { asks, denies, type Ruled } from "./ruled.ts";

/** The one switch for all services. Nobody passes it, by hand or not. */
export function switchRule(switchState: "armed" | "off"): Ruled {
  return denies("switch", switchState === "armed", { observed: switchState, limit: "armed" });
}

/** Mode `approve` asks. Mode `observe` fails nothing: nothing will be written, and the other rules say what would have been asked. */
export function modeRule({ mode, rollback }: Pick<Blueprint, "mode" | "rollback">, trigger: RollbackTrigger): Ruled {
  const limit = "auto, or asked for by hand";
  if (mode === "observe" || !rollback.enabled) {
    return asks("mode", true, { observed: `${mode === "observe" ? "observe" : "rollback.enabled is false"}: nothing is written`, limit });
  }
  if (mode === "auto") return asks("mode", true, { observed: mode, limit });
  return asks("mode", isByHand(trigger), { observed: isByHand(trigger) ? decidedByHand(mode, trigger) : mode, limit });
}

/** `rollback.automatic: false`: alarms do not act by themselves, people do. */
export function automaticRule({ rollback }: Pick<Blueprint, "rollback">, trigger: RollbackTrigger): Ruled {
  const limit = "automatic, or asked for by hand";
  if (rollback.automatic) return asks("automatic", true, { observed: "automatic", limit });
  const observed = "rollback.automatic is false";
  return asks("automatic", isByHand(trigger), { observed: isByHand(trigger) ? decidedByHand(observed, trigger) : observed, limit });
}
