import * as z from "zod/mini";
import { parseAlarmTransition } from "../../domain/alarm-event.ts";
import { alarmExecutionName, incidentIdOf, manualExecutionName, type Sha256 } from "../../domain/execution-name.ts";
import type { RollbackInput, RollbackTrigger } from "../../domain/rollback-document.ts";
import { decideStart } from "../../domain/start-decision.ts";
import type { BlueprintRegistry } from "../../ports/blueprint-registry.ts";
import type { Clock } from "../../ports/clock.ts";
import type { ExecutionStarter } from "../../ports/execution-starter.ts";
import type { Step } from "../../runtime/step-handler.ts";
import { DescribedServiceSchema, DescribeRequestSchema, describeServices } from "./describe-services.ts";
import { manualTrigger, parseManualRequest, wishOf } from "./manual-request.ts";

export interface StartRollbackPorts {
  readonly starter: ExecutionStarter;
  readonly blueprints: BlueprintRegistry;
  readonly clock: Clock;
  readonly sha256: Sha256;
  /** EventBridge sources that may start a rollback. */
  readonly sources: readonly string[];
  /** `<region>:<account>` of this deployment; alarms of others are ignored. */
  readonly home: string;
}

export const startRollbackSchemas = {
  input: z.unknown(),
  output: z.union([
    z.strictObject({ outcome: z.enum(["started", "already-started"]), execution: z.string(), incidentId: z.string(), service: z.string() }),
    z.strictObject({ ignored: z.string() }),
    z.strictObject({ services: z.array(DescribedServiceSchema) }),
  ]),
};
type StartRollbackResult = z.infer<typeof startRollbackSchemas.output>;

/** Turns an EventBridge alarm event, a Lambda alarm action or a manual request into one execution with a deterministic name. Tells who asks which services there are. */
export function startRollback({
  starter,
  blueprints,
  clock,
  sha256,
  sources,
  home,
}: StartRollbackPorts): Step<unknown, StartRollbackResult> {
  const services = blueprints.all.map(({ service }) => service);
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
    const transition = parseAlarmTransition(event);
    const decision = decideStart(transition, {
      now: clock.now(),
      sources,
      home,
      services,
      serviceOfAlarm: (alarmName) => blueprints.byAlarm(alarmName)?.blueprint.service ?? null,
    });
    if ("ignore" in decision) {
      logger.info("alarm event ignored", { alarmName: transition.alarmName, reason: decision.ignore });
      return { ignored: decision.ignore };
    }
    return start(alarmExecutionName({ ...decision.start, alarmArn: transition.alarmArn }, sha256), decision.start);
  };
}
