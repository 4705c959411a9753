import type { IncidentControl } from "../../functions/domain/incident-control.ts";
import type { Decided } from "../../functions/entry/decide-approval/decide-approval.ts";
import { decideFunctionName } from "../deployment.ts";
import type { CommandPorts } from "../ports.ts";

/**
 * Answers for a run that is aborted while it waits for an approval: it reads no other word before it is answered. Null when nothing waits. Throws CommandError
 * when the function cannot be asked; the abort can then be repeated.
 */
export async function denyPending(
  ports: CommandPorts,
  table: string,
  incidentId: string,
  { by, reason }: Pick<IncidentControl, "by" | "reason">,
): Promise<Decided | null> {
  const request = await ports.approvals(table).latest(incidentId);
  if (request?.state !== "pending") return null;
  const functionName = await decideFunctionName(ports, undefined);
  // without the plan: an abort is about whatever waits by now
  return await ports.decideApproval(functionName, {
    incidentId,
    decision: "deny",
    by,
    reason: reason.slice(0, MOST_REASON_CHARACTERS),
    via: "cli",
  });
}

/** The function takes so many characters of a reason. */
const MOST_REASON_CHARACTERS = 500;
