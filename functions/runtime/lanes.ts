import { TransientUpstreamError } from "../domain/errors.ts";
import { groupLockName } from "../domain/group/group.ts";
import { laneDocument, laneOf, servicesOf } from "../domain/group/lane-document.ts";
import { WAVE_SIZE } from "../domain/group/waves.ts";
import { type Again, isLeft, type Left } from "../domain/lanes.ts";
import type { RollbackDocument } from "../domain/rollback-document.ts";
import type { IncidentStore } from "../ports/incident-store.ts";
import { settleBounded } from "./bounded.ts";
import type { Step, StepContext } from "./step-handler.ts";

/** What came of one step for several members: slices, who is out by it, and whose turn has to come again. */
export interface LaneResults<Slice> {
  readonly slices: ReadonlyMap<string, Slice>;
  readonly left: Readonly<Record<string, Left>>;
  readonly again: Readonly<Record<string, Again>>;
}

export interface LaneRun<Document extends RollbackDocument, Slice> {
  readonly document: Document;
  readonly services: readonly string[];
  /** The step of a single service, with the ports of this member. */
  readonly stepOf: (service: string) => Step<Document, Slice>;
  /** How often a member may meet a fault that may pass, and how often it has. */
  readonly most: number;
  readonly before: Readonly<Record<string, Again>> | undefined;
}

/**
 * Runs a step for each member on its own document, at most five at a time. A member whose step throws has failed, and takes no other with it; a fault that
 * may pass leaves it for the next pass, so many times.
 */
export async function runLanes<Document extends RollbackDocument, Slice>(
  { document, services, stepOf, most, before = {} }: LaneRun<Document, Slice>,
  context: StepContext,
): Promise<LaneResults<Slice>> {
  const settled = await settleBounded(services, WAVE_SIZE, (service) => stepOf(service)(laneDocument(document, service), context));
  const slices = new Map<string, Slice>();
  const left: Record<string, Left> = {};
  const again: Record<string, Again> = {};
  for (const [index, service] of services.entries()) {
    const result = settled[index];
    if (result?.status === "fulfilled") {
      slices.set(service, result.value);
      continue;
    }
    const error: unknown = result?.reason;
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    const times = (before[service]?.times ?? 0) + 1;
    context.logger.error("a member's step failed", { service, error });
    if (error instanceof TransientUpstreamError && times < most) again[service] = { times, reason };
    else left[service] = { left: "failed", reason: times > 1 ? `${reason} (${times} times)` : reason };
  }
  return { slices, left, again };
}

/** A step that is tried once more after a fault that may pass: for states that are not entered again in the same run. */
export function twice<Input, Output>(step: Step<Input, Output>): Step<Input, Output> {
  return async (input, context) => {
    try {
      return await step(input, context);
    } catch (error) {
      if (!(error instanceof TransientUpstreamError)) throw error;
      return step(input, context);
    }
  };
}

/** Keeps the locks of the group and of all members that are in other waves; their own step renews a lock besides. */
export async function renewLocks(
  store: Pick<IncidentStore, "renew">,
  document: RollbackDocument,
  now: Date,
  leaseSeconds: number,
): Promise<void> {
  const group = document.opening?.group;
  if (group === undefined) return;
  const owner = document.execution.name;
  const members = servicesOf(document).flatMap((service) => {
    const lane = laneOf(document, "opening", service);
    return lane === undefined || isLeft(lane) || lane.lock === null ? [] : [{ name: service, fence: lane.lock.fence }];
  });
  // A lock that is lost is found by the step that needs it.
  await settleBounded([{ name: groupLockName(group.name), fence: group.fence }, ...members], WAVE_SIZE, ({ name, fence }) =>
    store.renew(name, owner, fence, now, leaseSeconds),
  );
}
