import * as z from "zod/mini";
import { type Blueprint, MODES, WORKLOAD_KINDS } from "../../domain/blueprint.ts";
import { FreezeWindowSchema, GovernancePolicySchema } from "../../domain/rollback-policy.ts";
import { OPERATORS } from "../../domain/trigger-form.ts";

/** What a person must know of a service before asking for something; the command reads it from here, since blueprints are bundled with the functions. */
export const DescribedServiceSchema = z.strictObject({
  service: z.string(),
  mode: z.enum(MODES),
  /** `spec.rollback.enabled`. */
  enabled: z.boolean(),
  cluster: z.string(),
  namespace: z.string(),
  kind: z.enum(WORKLOAD_KINDS),
  workload: z.string(),
  triggers: z.number(),
  group: z.nullable(z.string()),
  /** How long this service heeds an open breaker. */
  breaker: GovernancePolicySchema.shape.breaker,
  /** Weekly windows without releases. */
  freezeWindows: z.array(FreezeWindowSchema),
  /** Alarms whose thresholds are tuned, and which do not exist before they are. Absent: a function of before they were told of. */
  tuned: z.optional(
    z.array(
      z.strictObject({
        trigger: z.string(),
        alarmName: z.string(),
        against: z.enum(["before", "season"]),
        operator: z.enum(OPERATORS),
      }),
    ),
  ),
});
export type DescribedService = z.infer<typeof DescribedServiceSchema>;

/** The question: one service, or all. It changes nothing. */
export const DescribeRequestSchema = z.strictObject({ describe: z.strictObject({ service: z.optional(z.string()) }) });

/** One line for each service that is deployed, by name; those of another name left out when one is asked for. */
export function describeServices(blueprints: readonly Blueprint[], service?: string): DescribedService[] {
  return blueprints
    .filter((blueprint) => service === undefined || blueprint.service === service)
    .map(({ service: name, mode, rollback, target, triggers, policy }) => ({
      service: name,
      mode,
      enabled: rollback.enabled,
      cluster: target.cluster,
      namespace: target.namespace,
      kind: target.kind,
      workload: target.name,
      triggers: triggers.length,
      group: policy.group?.name ?? null,
      breaker: policy.governance.breaker,
      freezeWindows: policy.freezeWindows,
      tuned: triggers.flatMap(({ name: trigger, alarmName, form }) =>
        form?.type === "baseline" && (form.against === "before" || form.against === "season")
          ? [{ trigger, alarmName, against: form.against, operator: form.operator }]
          : [],
      ),
    }))
    .sort((one, other) => (one.service < other.service ? -1 : 1));
}
