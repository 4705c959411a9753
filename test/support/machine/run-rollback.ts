import { readFileSync } from "node:fs";
import { StateMachine } from "aws-local-stepfunctions";
import type { Sha256 } from "../../../functions/domain/execution-name.ts";
import type { RollbackInput } from "../../../functions/domain/rollback-document.ts";
import type { Approvals } from "../../../functions/ports/approvals.ts";
import type { Archive } from "../../../functions/ports/archive.ts";
import type { BlueprintRegistry } from "../../../functions/ports/blueprint-registry.ts";
import type { Clock } from "../../../functions/ports/clock.ts";
import type { ClusterActions } from "../../../functions/ports/cluster-actions.ts";
import type { Controls } from "../../../functions/ports/controls.ts";
import type { Escalations } from "../../../functions/ports/escalations.ts";
import type { Evidence } from "../../../functions/ports/evidence.ts";
import type { Gitops } from "../../../functions/ports/gitops.ts";
import type { GovernanceStore } from "../../../functions/ports/governance-store.ts";
import type { Hooks } from "../../../functions/ports/hooks.ts";
import type { ImageFindings, KnownFindings } from "../../../functions/ports/image-findings.ts";
import type { IncidentStore } from "../../../functions/ports/incident-store.ts";
import type { MetricSource } from "../../../functions/ports/metric-source.ts";
import type { PreflightReader } from "../../../functions/ports/preflight.ts";
import type { Probes } from "../../../functions/ports/probes.ts";
import type { ReleaseLedger } from "../../../functions/ports/release-ledger.ts";
import type { Seal } from "../../../functions/ports/seal.ts";
import type { Snapshots } from "../../../functions/ports/snapshots.ts";
import type { SurroundingsReader } from "../../../functions/ports/surroundings.ts";
import type { Workload } from "../../../functions/ports/workload.ts";
import { stepHandler } from "../../../functions/runtime/step-handler.ts";
import { assessGroup } from "../../../functions/steps/assess-incident/group-step.ts";
import { assessIncidentSchemas } from "../../../functions/steps/assess-incident/step.ts";
import { diagnoseGroup } from "../../../functions/steps/diagnose-cause/group-step.ts";
import { diagnoseCauseSchemas } from "../../../functions/steps/diagnose-cause/step.ts";
import { executeGroup } from "../../../functions/steps/execute-step/group-step.ts";
import { executeStepSchemas } from "../../../functions/steps/execute-step/step.ts";
import { openIncident, openIncidentSchemas } from "../../../functions/steps/open-incident/step.ts";
import { recordIncident, recordIncidentSchemas } from "../../../functions/steps/record-incident/step.ts";
import { requestApproval, requestApprovalSchemas } from "../../../functions/steps/request-approval/step.ts";
import { selectForGroup } from "../../../functions/steps/select-strategy/group-step.ts";
import { selectStrategySchemas } from "../../../functions/steps/select-strategy/step.ts";
import { verifyGroup } from "../../../functions/steps/verify-step/group-step.ts";
import { verifyStepSchemas } from "../../../functions/steps/verify-step/step.ts";
import type { FakeWaitingRun } from "../fakes/fake-waiting-run.ts";

export interface RollbackPorts {
  readonly blueprints: BlueprintRegistry;
  readonly store: IncidentStore;
  readonly escalations: Escalations;
  readonly governance: GovernanceStore;
  readonly approvals: Approvals;
  /** Where the answers to approvals arrive. */
  readonly run: FakeWaitingRun;
  readonly controls: Controls;
  readonly hooks: Hooks;
  readonly ledger: ReleaseLedger;
  readonly metrics: MetricSource;
  /** @default none can be made */
  readonly probes?: Probes;
  readonly workload: Workload;
  readonly evidence: Evidence;
  readonly archive: Archive | null;
  readonly actions: ClusterActions;
  readonly gitops: Gitops;
  readonly preflight: PreflightReader;
  readonly imageFindings: ImageFindings;
  readonly knownFindings: KnownFindings;
  readonly surroundings: SurroundingsReader;
  readonly snapshots: Snapshots;
  readonly seal: Seal;
  readonly clock: Clock;
  readonly sha256: Sha256;
}

// biome-ignore lint/suspicious/noExplicitAny: the machine hands over and takes back plain JSON
export type TaskHandler = (document: any) => Promise<any>;

export interface RunOptions {
  /** Replace the handler of a Task state: a fault, or something done in between. */
  readonly overrides?: Readonly<Record<string, TaskHandler>>;
  /** Wraps the handler of every Task state, the wait for an approval and the page included: a fault before or after what it does. */
  readonly around?: (state: string, handler: TaskHandler) => TaskHandler;
  /** Hands over what stops the execution, as a person does; nothing is caught then. */
  readonly onStarted?: (stop: () => void) => void;
  /** Called instead of waiting in a Wait state; default: no time passes. */
  readonly onWait?: (seconds: number) => void;
  /** Called while the run waits for an approval: whoever answers does so here. Without an answer the task runs into its timeout. */
  readonly onAsked?: () => Promise<unknown>;
  /** Real waits, for suites against a real Kubernetes API. @default false */
  readonly realTime?: boolean;
}

export interface RunResult {
  /** Every state entered, in order. */
  readonly visited: readonly string[];
  readonly output: Record<string, unknown> | null;
  /** Error and cause of a failed run. */
  readonly failure: { readonly name: string; readonly cause: string } | null;
  readonly pages: readonly unknown[];
  /** The document as each Task got it, as JSON. */
  readonly payloads: readonly string[];
}

const SILENT = process.env.POWERTOOLS_LOG_LEVEL;
if (SILENT === undefined) process.env.POWERTOOLS_LOG_LEVEL = "SILENT";

const NO_PROBES: Probes = { run: async () => ({ kind: "unreachable", reason: "no probe is played" }) };

/** The real steps behind their real schemas, as the Lambdas wire them. */
export function taskHandlers(ports: RollbackPorts): Record<string, TaskHandler> {
  return {
    OpenIncident: stepHandler("open-incident", openIncidentSchemas, openIncident(ports)),
    AssessIncident: stepHandler("assess-incident", assessIncidentSchemas, assessGroup(ports)),
    SelectStrategy: stepHandler("select-strategy", selectStrategySchemas, selectForGroup(ports)),
    RequestApproval: stepHandler("request-approval", requestApprovalSchemas, requestApproval(ports)),
    ExecuteStep: stepHandler("execute-step", executeStepSchemas, executeGroup(ports)),
    VerifyStep: stepHandler("verify-step", verifyStepSchemas, verifyGroup({ ...ports, probes: ports.probes ?? NO_PROBES })),
    DiagnoseCause: stepHandler("diagnose-cause", diagnoseCauseSchemas, diagnoseGroup(ports)),
    RecordIncident: stepHandler("record-incident", recordIncidentSchemas, recordIncident(ports)),
  };
}

/** The machine's definition as checked in. */
// biome-ignore lint/suspicious/noExplicitAny: ASL is walked as plain JSON by tests
export function rollbackDefinition(): any {
  return JSON.parse(readFileSync(new URL("../../../statemachines/rollback.asl.json", import.meta.url), "utf8"));
}

/** Runs the real ASL file in process with the real steps over the given ports. */
export async function runRollback(ports: RollbackPorts, input: RollbackInput, options: RunOptions = {}): Promise<RunResult> {
  const pages: unknown[] = [];
  const payloads: string[] = [];
  const plain: Record<string, TaskHandler> = {
    ...taskHandlers(ports),
    RequestApproval: waitForApproval(ports, options.onAsked),
    PageHuman: async (message: unknown) => {
      pages.push(message);
      return { MessageId: "1" };
    },
    ...options.overrides,
  };
  const { around = (_state: string, handler: TaskHandler) => handler } = options;
  const handlers = Object.fromEntries(Object.entries(plain).map(([state, handler]) => [state, around(state, handler)]));
  const definition = filled(rollbackDefinition());
  const waits = waitStates(definition);
  const machine = new StateMachine(definition);
  // the engine waits for real or not at all: virtual time passes when the state after a Wait begins
  const waited = options.realTime === true ? handlers : withVirtualWaits(handlers, options.onWait ?? (() => {}));
  const timed = withPayloads(waited, (payload) => payloads.push(payload));
  const execution = machine.run(input as never, {
    context: {
      Execution: { Id: `arn:aws:states:us-east-1:000000000000:execution:rollback:${input.execution.name}` },
      Task: { Token: "" },
    } as never,
    overrides: {
      taskResourceLocalHandlers: timed as never,
      waitTimeOverrides: options.realTime === true ? {} : waits,
      retryIntervalOverrides: Object.fromEntries(Object.keys(handlers).map((state) => [state, 0])),
    },
  });
  options.onStarted?.(execution.abort);
  const visited: string[] = [];
  let failure: RunResult["failure"] = null;
  const log = (async () => {
    for await (const event of execution.eventLogs) {
      if (event.type === "StateEntered") visited.push(event.state.name);
      if (event.type === "ExecutionFailed") failure = { name: event.Error, cause: String(event.Cause) };
      if (event.type === "ExecutionAborted") failure = { name: "ExecutionAborted", cause: "somebody stopped it" };
    }
  })();
  const output = await execution.result.then(
    (result) => result as unknown as Record<string, unknown>,
    () => null,
  );
  await log;
  return { visited, output, failure, pages, payloads };
}

/** Stands in for Step Functions: a token for each try, the function with it, and then the answer that came under it. */
function waitForApproval(ports: RollbackPorts, onAsked: RunOptions["onAsked"]): TaskHandler {
  return async ({ Payload }) => {
    const token = ports.run.issue();
    await taskHandlers(ports).RequestApproval?.({ ...Payload, taskToken: token });
    await onAsked?.();
    const answer = ports.run.answered(token);
    ports.run.end(token);
    if (answer === null) throw Object.assign(new Error("nobody answered"), { name: "States.Timeout" });
    return answer;
  };
}

function withPayloads(handlers: Record<string, TaskHandler>, keep: (payload: string) => void): Record<string, TaskHandler> {
  return Object.fromEntries(
    Object.entries(handlers).map(([state, handler]): [string, TaskHandler] => [
      state,
      async (document) => {
        keep(JSON.stringify(document));
        return handler(document);
      },
    ]),
  );
}

/** Fills the placeholders as the CDK construct does. */
function filled<Definition>(definition: Definition): Definition {
  const text = JSON.stringify(definition)
    .replaceAll(/\$\{(\w+)FunctionArn\}/g, "arn:aws:lambda:us-east-1:000000000000:function:$1")
    .replaceAll(/\$\{PageTopicArn\}/g, "arn:aws:sns:us-east-1:000000000000:page");
  return JSON.parse(text);
}

function withVirtualWaits(handlers: Record<string, TaskHandler>, onWait: (seconds: number) => void): Record<string, TaskHandler> {
  const waited: Record<string, (document: { progress?: { bakeSeconds: number }; assessment?: { holdSeconds: number } }) => number> = {
    VerifyStep: (document) => document.progress?.bakeSeconds ?? 0,
    AssessIncident: (document) => document.assessment?.holdSeconds ?? 0,
  };
  return Object.fromEntries(
    Object.entries(handlers).map(([state, handler]) => [
      state,
      async (document) => {
        onWait(waited[state]?.(document) ?? 0);
        return handler(document);
      },
    ]),
  );
}

// biome-ignore lint/suspicious/noExplicitAny: see rollbackDefinition
function waitStates(definition: any): Record<string, number> {
  const waits = Object.entries<{ Type: string }>(definition.States).filter(([, state]) => state.Type === "Wait");
  return Object.fromEntries(waits.map(([name]) => [name, 0]));
}
