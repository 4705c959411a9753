import { STEP_ERROR_NAMES } from "../../../functions/domain/errors.ts";
import { decideApproval } from "../../../functions/entry/decide-approval/decide-approval.ts";
import { releaseLock } from "../../../functions/entry/release-lock/release-lock.ts";
import { sweepApprovals } from "../../../functions/entry/sweep-due/sweep-approvals.ts";
import { aBlueprint } from "../builders/index.ts";
import { anExecutionEndedEvent } from "../events/execution-events.ts";
import { FakePager } from "../fakes/fake-pager.ts";
import { silentLogger } from "../fakes/silent-logger.ts";
import { rollbackDefinition, runRollback } from "./run-rollback.ts";
import { aScene } from "./scene.ts";

/** One thing that goes wrong in one state. `after`: the function had done its work, and the answer was lost. `always`: as often as it is tried. */
export interface FaultCell {
  readonly state: string;
  readonly fault: string;
  readonly when: "before" | "after";
  readonly times: "once" | "always";
}

interface AslState {
  readonly Type: string;
  readonly Retry?: readonly { readonly ErrorEquals: readonly string[] }[];
}

/** Whether the function can have done its work when this is what Step Functions hears. */
const FAULTS: Readonly<Record<string, { readonly mayHaveRun: boolean }>> = {
  ...Object.fromEntries(STEP_ERROR_NAMES.map((name) => [name, { mayHaveRun: true }])),
  Error: { mayHaveRun: true },
  "States.Timeout": { mayHaveRun: true },
  "Sandbox.Timedout": { mayHaveRun: true },
  "Lambda.Unknown": { mayHaveRun: true },
  "Lambda.ClientExecutionTimeoutException": { mayHaveRun: true },
  "Lambda.SdkClientException": { mayHaveRun: true },
  "Lambda.ServiceException": { mayHaveRun: false },
  "Lambda.AWSLambdaException": { mayHaveRun: false },
  "Lambda.TooManyRequestsException": { mayHaveRun: false },
  aborted: { mayHaveRun: true },
};

const states = Object.entries<AslState>(rollbackDefinition().States).filter(([, { Type }]) => Type === "Task");
/** Every Task state of the machine with a function of its own. */
export const FAULT_STATES: readonly string[] = states.map(([name]) => name).filter((name) => name !== "PageHuman");
/** Every name that the machine retries, and for which it must have a column. */
export const RETRIED_NAMES: readonly string[] = [...new Set(states.flatMap(([name]) => retriedBy(name)))].filter(
  (name) => name !== "States.ALL",
);
export const FAULT_NAMES: readonly string[] = Object.keys(FAULTS);

/** Does the machine try the state again after this error? */
export function isRetried({ state, fault }: Pick<FaultCell, "state" | "fault">): boolean {
  return retriedBy(state).includes(fault);
}

/** State by state and fault by fault. */
export function faultCells(): readonly FaultCell[] {
  return FAULT_STATES.flatMap((state) =>
    Object.entries(FAULTS).flatMap(([fault, { mayHaveRun }]) => {
      const whens: readonly FaultCell["when"][] = mayHaveRun ? ["before", "after"] : ["before"];
      return whens.flatMap((when): FaultCell[] => [
        { state, fault, when, times: "once" },
        ...(isRetried({ state, fault }) ? [{ state, fault, when, times: "always" } as const] : []),
      ]);
    }),
  );
}

/** What a cell left. */
export type PlayedCell = Awaited<ReturnType<typeof playCell>>;

/** A rollback that a person approves, with the fault; whatever ends badly is followed by its status event, as EventBridge sends it. */
export async function playCell({ state, fault, when, times }: FaultCell) {
  const rollback = { enabled: true, automatic: false, triggerOnCriticalFailure: true, maxAttempts: 3 };
  const scene = aScene({ blueprint: aBlueprint({ rollback }) });
  const { ports, input, store } = scene;
  let [hits, stop] = [0, () => {}];
  const result = await runRollback(ports, input, {
    onWait: scene.onWait,
    onAsked: async () => {
      const approve = { incidentId: input.incidentId, decision: "approve" as const, by: "ada" };
      await decideApproval(ports)({ decide: approve }, { logger: silentLogger });
      // an answer under an old token is sent again under the new one
      scene.clock.advance(60);
      await sweepApprovals(ports);
    },
    onStarted: (abort) => {
      stop = abort;
    },
    around: (name, handler) =>
      name !== state
        ? handler
        : async (document) => {
            if (times === "once" && hits > 0) return handler(document);
            hits += 1;
            if (when === "after") await handler(document);
            if (fault !== "aborted") throw Object.assign(new Error(`${fault} in ${state}`), { name: fault });
            // the first state is entered before the engine hands the execution over
            await new Promise(setImmediate);
            stop();
            return new Promise(() => {});
          },
  });
  const held = await store.holder(input.trigger.service);
  const pager = new FakePager();
  if (result.failure !== null) {
    const status = result.failure.name === "ExecutionAborted" ? "ABORTED" : "FAILED";
    const event = anExecutionEndedEvent({ name: input.execution.name, status, input: JSON.stringify(input), error: result.failure.name });
    await releaseLock({ store, pager, clock: scene.clock })(event, { logger: silentLogger });
  }
  const incidents = await store.list({ limit: 10 });
  const incident = await store.read(input.incidentId);
  const pages = (incident?.events ?? []).filter(({ urgency }) => urgency === "page").length + pager.messages.length + result.pages.length;
  return {
    ...{ hits, result, incidents, incident, held, holder: await store.holder(input.trigger.service), pages: pages - asked(incident) },
    ...{ writes: scene.workload.writes, live: scene.workload.state?.templateHash ?? null },
  };
}

/** That somebody is asked is a page too, but says nothing of the end. */
function asked(incident: Awaited<ReturnType<ReturnType<typeof aScene>["store"]["read"]>>): number {
  return incident?.events.filter(({ type }) => type === "approval_requested").length ?? 0;
}

function retriedBy(state: string): readonly string[] {
  return states.find(([name]) => name === state)?.[1].Retry?.flatMap(({ ErrorEquals }) => ErrorEquals) ?? [];
}
