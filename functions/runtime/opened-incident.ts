import type { Blueprint } from "../domain/blueprint.ts";
import { InvalidInputError } from "../domain/errors.ts";
import type { Lock, Opening } from "../domain/rollback-document.ts";

/** What every state after `IsNewIncident?` relies on. Throws InvalidInputError when the incident was not opened by this execution. */
export function openedIncident(opening: Opening): { readonly blueprint: Blueprint; readonly lock: Lock } {
  if (opening.blueprint === null || opening.lock === null) {
    throw new InvalidInputError(`the incident was not opened (outcome ${opening.outcome}), so no later state may run`);
  }
  return { blueprint: opening.blueprint, lock: opening.lock };
}
