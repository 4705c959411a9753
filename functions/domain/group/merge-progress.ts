import type { Again, Left } from "../lanes.ts";
import type { Progress, RollbackDocument } from "../rollback-document.ts";
import { later } from "../time.ts";
import { currentWave, isOver, progressOf } from "./turn.ts";

/** Pause before a member is tried again, or before alarms that are still red are looked at again. */
const PAUSE_SECONDS = 10;

export interface MovedGroup {
  /** As it was before this pass. */
  readonly document: RollbackDocument;
  readonly slices: ReadonlyMap<string, Progress>;
  readonly left: Readonly<Record<string, Left>>;
  readonly again: Readonly<Record<string, Again>>;
  readonly now: string;
}

/** What a pass of ExecuteStep came to. The members of other waves keep what they had; the run waits as long as the most impatient of this wave. */
export function mergeProgress({ document, slices, left, again, now }: MovedGroup): Progress {
  const { trigger, plan, progress } = document;
  const lanes = { ...progress?.lanes, ...Object.fromEntries(slices), ...left };
  const lead = slices.get(trigger.service) ?? [...slices.values()][0] ?? progress ?? notBegun(plan?.steps[0]?.id ?? "", now);
  const after: RollbackDocument = { ...document, progress: { ...lead, lanes, again } };
  const moving = movingOf(after);
  const pauses = [...pausesOf(after), ...Object.keys(again).map(() => PAUSE_SECONDS)];
  const said = [
    ...[...slices].map(([service, { stepId, outcome, reason }]) => `${service}: ${stepId} ${outcome}: ${reason}`),
    ...Object.entries(left).map(([service, { reason }]) => `${service}: failed: ${reason}`),
    ...Object.entries(again).map(([service, { reason }]) => `${service}: tried again: ${reason}`),
  ];
  return {
    ...lead,
    reason: said.length === 0 ? lead.reason : said.join("; "),
    bakeSeconds: pauses.length > 0 ? Math.min(...pauses) : Object.keys(left).length > 0 ? 0 : PAUSE_SECONDS,
    deadlineAt: moving.reduce((latest, { step: { deadlineAt } }) => later(latest, deadlineAt), lead.deadlineAt),
    lanes,
    again,
  };
}

/** Seconds that each member of the wave that is not through waits for its next look. One whose look met a fault that may pass is not looked at again at once. */
export function pausesOf(document: RollbackDocument): readonly number[] {
  return movingOf(document).map(({ service, step: { bakeSeconds } }) =>
    document.verification?.again?.[service] === undefined ? bakeSeconds : Math.max(bakeSeconds, PAUSE_SECONDS),
  );
}

function movingOf(document: RollbackDocument) {
  const active = currentWave(document).filter((service) => !isOver(document, service) && document.progress?.again?.[service] === undefined);
  return active.flatMap((service) => {
    const step = progressOf(document, service);
    return step === null ? [] : [{ service, step }];
  });
}

/** Every member's first step threw. */
function notBegun(stepId: string, at: string): Progress {
  return {
    ...{ stepId, stepIndex: 0, attempt: 1, outcome: "refused", reason: "no member's step was made" },
    ...{ bakeSeconds: 0, appliedAt: at, deadlineAt: at, generation: 0 },
  };
}
