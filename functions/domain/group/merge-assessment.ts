import { isLeft, type Left } from "../lanes.ts";
import type { Assessment, RollbackTrigger } from "../rollback-document.ts";
import { redAlarms } from "./red-alarms.ts";
import { thinAssessment } from "./thin-lanes.ts";

/** What came of each member, by service: its assessment, or why it is out. */
export type AssessedLanes = Readonly<Record<string, Assessment | Left>>;

/**
 * The assessment of the group: that of the service that fired, with the group's decision. One member that is to be rolled back is enough; those that are not
 * are left as they are. While none is, one without a verdict yet is waited for. Where the alarm that fired is OK again, members that are well have no say, and
 * those that are not, or of which nobody can tell, need a human.
 */
export function mergeAssessments(
  { service, at }: Pick<RollbackTrigger, "service" | "at">,
  own: Assessment,
  others: AssessedLanes,
): Assessment {
  const assessed = Object.entries({ [service]: own, ...others });
  const counted = assessed.filter(([, lane]) => own.decision !== "stand-down" || isLeft(lane) || lane === own || isRed(lane, at));
  const decisions = counted.flatMap(([, lane]) => (isLeft(lane) ? [] : lane.decision));
  const merged = decisions.includes("roll-back") ? "roll-back" : decisions.includes("hold") ? "hold" : own.decision;
  const worry = merged === "stand-down" ? Object.entries(others).flatMap(([member, lane]) => worryOf(member, lane, at)) : [];
  const decision = worry.length > 0 ? "escalate" : merged;
  const told = Object.entries(others).map(([member, lane]) =>
    isLeft(lane) ? `${member}: ${lane.left}, ${lane.reason}` : `${member}: ${lane.decision}, ${lane.reasons.at(-1) ?? ""}`,
  );
  const lanes = Object.fromEntries(assessed.flatMap(([member, lane]) => laneAfter(member, lane, decision, service)));
  return { ...own, decision, reasons: [...own.reasons, ...told, ...worry], lanes };
}

function worryOf(member: string, lane: Assessment | Left, triggerAt: string): string[] {
  if (isLeft(lane)) return lane.left === "failed" ? [`nobody can tell how ${member} is`] : [];
  const red = redAlarms(lane.alarms, triggerAt);
  return red.length === 0 ? [] : [`${member} is in ALARM: ${red.join(", ")}`];
}

function isRed({ alarms }: Assessment, triggerAt: string): boolean {
  return redAlarms(alarms, triggerAt).length > 0;
}

/** The slice of the service that fired stands for its own lane, unless it is out of what follows. */
function laneAfter(
  member: string,
  lane: Assessment | Left,
  decision: Assessment["decision"],
  service: string,
): [string, Assessment | Left][] {
  if (isLeft(lane)) return [[member, lane]];
  const goesOn = decision === "hold" || (decision === "roll-back" && lane.decision === "roll-back");
  if (goesOn) return member === service ? [] : [[member, thinAssessment(lane)]];
  if (decision !== "roll-back" && member === service) return [];
  return [[member, { left: "skipped", reason: `${lane.decision}: ${lane.reasons.join("; ")}` }]];
}
