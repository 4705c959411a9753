import * as z from "zod/mini";
import { SEVERITIES, TRIGGER_CLASSES } from "./blueprint.ts";
import { described, duration, KEBAB_CASE, text } from "./blueprint-fields.ts";
import { ON_TIMEOUT } from "./rollback-policy.ts";

/** `spec.rollback` as a person writes it. What it means and its defaults: `blueprint-rollback-policy.ts`. */
const STRATEGY = z.enum(["immediate", "fast", "gradual", "canary"]);
const count = (maximum: number, description: string) =>
  described(
    z
      .int()
      .check(
        z.minimum(1, `expected a whole number from 1 to ${maximum}`),
        z.maximum(maximum, `expected a whole number from 1 to ${maximum}`),
      ),
    description,
  );
const topic = (description: string) =>
  text(
    /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/,
    "expected the ARN of a standard SNS topic, such as arn:aws:sns:eu-central-1:111122223333:alerts",
    description,
  );

const CELLS = z.strictObject(
  Object.fromEntries(SEVERITIES.map((severity) => [severity, z.optional(STRATEGY)])) as Record<
    (typeof SEVERITIES)[number],
    z.ZodMiniOptional<typeof STRATEGY>
  >,
);

export const AuthoredStrategiesSchema = z.strictObject(
  Object.fromEntries(TRIGGER_CLASSES.map((name) => [name, z.optional(described(CELLS, `Strategy by severity, class ${name}.`))])) as Record<
    (typeof TRIGGER_CLASSES)[number],
    z.ZodMiniOptional<typeof CELLS>
  >,
);

export const AuthoredClocksSchema = z.strictObject({
  immediate: z.optional(duration("immediate: the write is read back within. Default 30s.")),
  fast: z.optional(duration("fast: the write is read back within. Default 2m.")),
  gradual_watch: z.optional(duration("gradual: how long the halved traffic is watched. Default 10m.")),
  canary_stop: z.optional(duration("canary: until it has stopped. Default 1m.")),
  canary_route: z.optional(duration("canary: until all traffic is on the stable version. Default 2m.")),
  canary_analyse: z.optional(duration("canary: the judge's longest look. Default 30m.")),
  traffic_step: z.optional(duration("Between two steps of traffic that is given back. Default 1m.")),
  freeze: z.optional(duration("No releases after an immediate rollback for so long. Default 1h.")),
  timeout: z.optional(duration("From the first write: then people are told, and the plan goes on. Default 1h.")),
});

export const AuthoredGovernanceSchema = z.strictObject({
  cooldown: z.optional(duration("After a rollback of the service another one needs an approval. Default 30m.")),
  max_per_hour: z.optional(count(60, "Rollbacks of this service in any hour; more need an approval. Default 3.")),
  max_per_hour_all: z.optional(count(3_000, "The same for all services of the deployment. Default 50.")),
  breaker: z.optional(
    z.strictObject({
      failures: z.optional(count(100, "So many failed rollbacks of the deployment open the breaker. Default 3.")),
      window: z.optional(duration("Within this time. Default 24h.")),
      open: z.optional(duration("It closes after this time, or by a person. Default 1h.")),
    }),
  ),
  max_services: z.optional(count(10, "Services that one incident may roll back without being asked. Default 5.")),
});

const HOOK = z.strictObject({
  name: text(KEBAB_CASE, "expected a name in kebab-case, such as drain-queue", "Name of the hook."),
  job: z.optional(
    text(/^[a-z0-9]([a-z0-9.-]{0,50}[a-z0-9])?$/, "expected the name of a CronJob", "CronJob of the namespace that is started once."),
  ),
  function: z.optional(
    text(
      /^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_-]{1,64}(:[A-Za-z0-9_-]+)?$/,
      "expected the ARN of a Lambda function",
      "Lambda function that is called with {service, incident, phase}.",
    ),
  ),
  timeout: z.optional(duration("How long it may take. Default 1m, at most 10m.")),
});
const hooks = (description: string) => z.optional(described(z.array(HOOK).check(z.maxLength(5, "expected at most 5 hooks")), description));

export const AuthoredRollbackSchema = z.strictObject({
  strategies: z.optional(described(AuthoredStrategiesSchema, "Cells of the selection table, by class and severity, that are overridden.")),
  clocks: z.optional(described(AuthoredClocksSchema, "How long the strategies take.")),
  governance: z.optional(described(AuthoredGovernanceSchema, "Limits on the automation; what is over one needs an approval.")),
  approval: z.optional(
    z.strictObject({
      timeout: z.optional(duration("How long an approval is waited for: 10s to 2h. Default 15m.")),
      on_timeout: z.optional(
        described(
          z.enum(ON_TIMEOUT),
          "proceed: as if approved. abort: as if denied. escalate (default): as if denied, and on-call is paged.",
        ),
      ),
    }),
  ),
  freeze_windows: z.optional(
    described(
      z.array(
        z.strictObject({
          name: described(z.string().check(z.minLength(1)), "Name, for the message."),
          from: text(/^(mon|tue|wed|thu|fri|sat|sun) \d{2}:\d{2}$/, "expected a weekly time in UTC, such as fri 18:00", "Begin, UTC."),
          to: text(/^(mon|tue|wed|thu|fri|sat|sun) \d{2}:\d{2}$/, "expected a weekly time in UTC, such as mon 06:00", "End, UTC."),
        }),
      ),
      "Weekly windows without releases. A rollback is never denied by one.",
    ),
  ),
  escalation: z.optional(
    z.strictObject({
      on_call: z.optional(topic("Topic of on-call. Default: the service's own topic; so for the others.")),
      management: z.optional(topic("Topic of management, told after 5 min.")),
      devops: z.optional(topic("Topic of the platform team, told after 15 min.")),
      product: z.optional(topic("Topic of the product owners, told after 30 min.")),
      security: z.optional(topic("Topic of the security team.")),
      security_always: z.optional(
        described(z.boolean(), "Tell the security team of every immediate rollback, not only of those of class security. Default false."),
      ),
      management_after: z.optional(duration("Default 5m.")),
      devops_after: z.optional(duration("Default 15m.")),
      product_after: z.optional(duration("Default 30m.")),
      post_mortem_after: z.optional(duration("Default 24h.")),
    }),
  ),
  hooks: z.optional(
    z.strictObject({
      pre: hooks("Before the first write; a failure stops the plan."),
      confirm: hooks("After the recovery was measured; a failure denies it."),
      post: hooks("After the end; a failure is a note."),
    }),
  ),
  group: z.optional(
    text(
      KEBAB_CASE,
      "expected a group name in kebab-case, such as shop",
      "Services of one group have one incident, and are rolled back together.",
    ),
  ),
  depends_on: z.optional(described(z.array(z.string()), "Services of the same group that are rolled back before this one.")),
});
export type AuthoredRollback = z.infer<typeof AuthoredRollbackSchema>;
