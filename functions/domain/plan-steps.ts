import type { PlanStep } from "./rollback-document.ts";

/** Does this step bring the service back, so that its checks are what proves the recovery? The others prepare it or clean up after it. */
export function isRestoring({ kind, action }: PlanStep): boolean {
  if (kind === "restore-template" || kind === "restore-scale") return true;
  return action?.kind === "restore-config" && action.restart;
}
