import * as z from "zod/mini";
import { parseAlarmTransition } from "../../domain/alarm-event.ts";
import { incidentIdOf, manualExecutionName } from "../../domain/execution-name.ts";
import { isFindingEvent } from "../../domain/findings/finding-event.ts";
import type { RollbackInput, RollbackTrigger } from "../../domain/rollback-document.ts";
import { WouldHaveSchema } from "../../domain/would-have.ts";
import { actOnTransition, type TransitionPorts } from "../../runtime/act-on-transition.ts";
import type { Step } from "../../runtime/step-handler.ts";
import { DescribedServiceSchema, DescribeRequestSchema, describeServices } from "./describe-services.ts";
import { FindingAnswerSchema, type FindingPorts, startFindings } from "./finding-start.ts";
import { manualTrigger, parseManualRequest, wishOf } from "./manual-request.ts";

export interface StartRollbackPorts extends TransitionPorts, Pick<FindingPorts, "knownFindings" | "store"> {
  /** EventBridge sources that may start a rollback. */
  readonly sources: readonly string[];
  /** `<region>:<account>` of this deployment; alarms of others are ignored. */
  readonly home: string;
}

export const startRollbackSchemas = {
  input: z.unknown(),
  output: z.union([
    z.strictObject({ outcome: z.enum(["started", "already-started"]), execution: z.string(), incidentId: z.string(), service: z.string() }),
    z.strictObject({ outcome: z.enum(["recorded", "already-recorded"]), wouldHave: WouldHaveSchema }),
    FindingAnswerSchema,
    z.strictObject({ ignored: z.string() }),
    z.strictObject({ services: z.array(DescribedServiceSchema) }),
  ]),
};
type StartRollbackResult = z.infer<typeof startRollbackSchemas.output>;

/**
 * Turns an EventBridge alarm event, a Lambda alarm action or a manual request into one execution with a deterministic name, or into the record of what a
 * trigger that may not act would have done. Tells who asks which services there are.
 */
export function startRollback(ports: StartRollbackPorts): Step<unknown, StartRollbackResult> {
  const { starter, blueprints, sha256, sources, home } = ports;
  const services = blueprints.all.map(({ service }) => service);
  const act = actOnTransition(ports);
  const actOnFindings = startFindings(ports);
  const start = async (name: string, trigger: RollbackTrigger): Promise<StartRollbackResult> => {
    const input: RollbackInput = { execution: { name }, incidentId: incidentIdOf(name), trigger };
    const outcome = await starter.start(input);
    return { outcome, execution: name, incidentId: input.incidentId, service: trigger.service };
  };

  return async (event, { logger }) => {
    if (typeof event === "object" && event !== null && "manual" in event) {
      const request = parseManualRequest(event);
      const wish = wishOf(request);
      const name = manualExecutionName({ ...request, ...(wish === undefined ? {} : { wish }) }, sha256);
      return start(name, manualTrigger(request, services));
    }
    const question = DescribeRequestSchema.safeParse(event);
    if (question.success) return { services: describeServices(blueprints.all, question.data.describe.service) };
    if (isFindingEvent(event)) return actOnFindings(event, logger);
    const transition = parseAlarmTransition(event);
    const acted = await act(transition, { sources, home }, logger);
    if ("ignored" in acted) logger.info("alarm event ignored", { alarmName: transition.alarmName, reason: acted.ignored });
    return acted;
  };
}
