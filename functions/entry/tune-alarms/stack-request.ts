import * as z from "zod/mini";
import { TransientUpstreamError } from "../../domain/errors.ts";
import type { StackReply } from "../../ports/stack-reply.ts";
import type { StepLogger } from "../../runtime/logger.ts";
import { removeOwnedAlarms } from "./owned-alarms.ts";
import { type PassOutcome, type TunePassPorts, tunePass } from "./tune-pass.ts";

const PropertiesSchema = z.looseObject({
  Alarms: z.optional(z.array(z.looseObject({ Service: z.string(), Trigger: z.string(), AlarmName: z.string() }))),
});

/** What CloudFormation sends for a custom resource (AWS CloudFormation User Guide, "Custom resource request objects"). */
export const StackRequestSchema = z.looseObject({
  RequestType: z.enum(["Create", "Update", "Delete"]),
  ResponseURL: z.string(),
  StackId: z.string(),
  RequestId: z.string(),
  LogicalResourceId: z.string(),
  PhysicalResourceId: z.optional(z.string()),
  ResourceProperties: PropertiesSchema,
  OldResourceProperties: z.optional(PropertiesSchema),
});
export type StackRequest = z.infer<typeof StackRequestSchema>;

export interface StackRequestPorts extends TunePassPorts {
  readonly reply: StackReply;
  pause(milliseconds: number): Promise<void>;
}

/** The same for ever: with another one, CloudFormation would delete the alarms of the old one after an update. */
const PHYSICAL_ID = "rollguard-tuned-alarms";
/** The policy of a role that was just made holds everywhere only after some seconds (IAM User Guide, "Changes that I make are not always immediately visible"). */
const CREATE_PASSES = 3;
const PAUSE_MILLISECONDS = 15_000;
/** The whole answer may have 4,096 bytes. */
const LONGEST_REASON = 1_000;

/**
 * Makes, changes or removes the alarms that the stack owns and answers CloudFormation whatever happens, since a stack waits for that. Only a Create that
 * waiting does not cure fails: an update that failed would fail again in its own rollback, and a failed Delete would block the stack for ever; there the
 * reason says what is left, and the pass that follows within two minutes raises the alarm.
 */
export async function answerStack(ports: StackRequestPorts, request: StackRequest, logger: StepLogger): Promise<PassOutcome | null> {
  const { RequestType, ResponseURL, StackId, RequestId, LogicalResourceId, PhysicalResourceId } = request;
  let outcome: PassOutcome | null = null;
  let trouble: readonly string[] = [];
  let lasting = false;
  try {
    trouble = await removeOwnedAlarms(ports, goneAlarms(request));
    if (RequestType !== "Delete") {
      outcome = await tunePass(ports, logger);
      for (let pass = 1; RequestType === "Create" && pass < CREATE_PASSES && isLasting(outcome); pass++) {
        await ports.pause(PAUSE_MILLISECONDS);
        outcome = await tunePass(ports, logger);
      }
      trouble = [...trouble, ...outcome.failures.map(({ alarmName, error }) => `${alarmName} (${(error as Error).message})`)];
      lasting = isLasting(outcome);
    }
  } catch (error) {
    trouble = [...trouble, (error as Error).message];
    lasting = true;
  }
  const Reason = trouble.length === 0 ? "done" : `left as they were: ${trouble.join("; ")}`.slice(0, LONGEST_REASON);
  if (trouble.length > 0) logger.error("not every alarm of the stack is as it should be", { RequestType, trouble });
  const Status = RequestType === "Create" && lasting ? "FAILED" : "SUCCESS";
  await ports.reply.send(ResponseURL, {
    ...{ Status, Reason, StackId, RequestId, LogicalResourceId },
    PhysicalResourceId: PhysicalResourceId ?? PHYSICAL_ID,
  });
  return outcome;
}

/** Is there a failure that waiting does not cure? */
function isLasting({ failures }: PassOutcome): boolean {
  return failures.some(({ error }) => !(error instanceof TransientUpstreamError));
}

/** Of a Delete all, of an Update those that left. */
function goneAlarms({ RequestType, ResourceProperties, OldResourceProperties }: StackRequest) {
  const owned = ResourceProperties.Alarms ?? [];
  if (RequestType === "Delete") return owned;
  const kept = new Set(owned.map(({ AlarmName }) => AlarmName));
  return (OldResourceProperties?.Alarms ?? []).filter(({ AlarmName }) => !kept.has(AlarmName));
}
