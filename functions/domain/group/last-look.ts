import { isLeft } from "../lanes.ts";
import type { RollbackDocument } from "../rollback-document.ts";
import { laneOf, servicesOf } from "./lane-document.ts";
import { verificationOf } from "./turn.ts";

/** When the member whose alarm this is was seen recovered; null where it was not, or for a service alone: then the whole run's last look counts. */
export function lastLookAtMember(document: RollbackDocument, alarmName: string): string | null {
  if (document.opening?.group === undefined) return null;
  const service = servicesOf(document).find((name) => {
    const opening = laneOf(document, "opening", name);
    return opening !== undefined && !isLeft(opening) && opening.blueprint?.triggers.some((trigger) => trigger.alarmName === alarmName);
  });
  return service === undefined ? null : (verificationOf(document, service)?.recoveredAt ?? null);
}
