import * as z from "zod/mini";
import { CHECK_PHASES } from "./blueprint.ts";
import { condition, described, duration, signalName, text } from "./blueprint-fields.ts";

/** `verification` as a person writes it. What the texts mean and the defaults: `blueprint-checks.ts`, `blueprint-phases.ts`. */
const OBJECT_NAME = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/;

const whole = (minimum: number, maximum: number, description: string) =>
  described(
    z
      .int()
      .check(
        z.minimum(minimum, `expected a whole number from ${minimum} to ${maximum}`),
        z.maximum(maximum, `expected a whole number from ${minimum} to ${maximum}`),
      ),
    description,
  );

const checkCommon = {
  critical: described(z.boolean(), "A failed critical check fails the verification."),
  rollback_trigger: z.optional(
    described(
      z.boolean(),
      "A failure asks for a rollback; a threshold with it becomes an alarm when there is no `triggers` list. Default false.",
    ),
  ),
  phase: z.optional(
    described(
      z.enum(CHECK_PHASES),
      "When it is asked. health (default): before the recovery is called one. performance, business: in the watch afterwards.",
    ),
  ),
};
const checkName = signalName("Name of the check.");
const signalOfCheck = z.optional(signalName("The signal that is compared. Default: the check's name."));
const wait = z.optional(duration("How long the probe waits for an answer, at most 10s. Default 10s."));

/** One check. `type` says what is asked; all of them are asked, also after one failed. */
export const AuthoredCheckSchema = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("exact_match"),
    name: described(z.enum(["replica_count", "pods_ready"]), "replica_count: as planned. pods_ready: every pod of the release."),
    ...checkCommon,
  }),
  z.strictObject({
    type: z.literal("threshold"),
    name: signalName("Name of the check; also the signal, unless `signal` says otherwise."),
    signal: signalOfCheck,
    target: z.optional(condition("< 200ms", "What must hold. Default for latency_p95 and error_rate: spec.performance.")),
    ...checkCommon,
  }),
  z.strictObject({
    type: z.literal("baseline"),
    name: signalName("Name of the check; also the signal, unless `signal` says otherwise."),
    signal: signalOfCheck,
    target: condition("> 90%", "What must hold, in percent of the signal's value in the hour before the change."),
    ...checkCommon,
  }),
  z.strictObject({
    type: z.literal("http"),
    name: checkName,
    url: text(
      /^https?:\/\/[^\s/?#@]+([/?#]\S*)?$/,
      "expected an http or https address without a user, such as https://shop.example.com/health",
      "GET from the function's own network. Redirects are not followed.",
    ),
    status: z.optional(whole(100, 599, "Expected status. Default 200.")),
    timeout: wait,
    latency: z.optional(duration("Slower than this fails. Default: any time within the timeout.")),
    ...checkCommon,
  }),
  z.strictObject({
    type: z.literal("endpoints_ready"),
    name: checkName,
    service: text(OBJECT_NAME, "expected the name of a Service", "Kubernetes Service of the namespace."),
    minimum: z.optional(whole(1, 10_000, "Ready addresses behind it. Default 1.")),
    ...checkCommon,
  }),
  z.strictObject({
    type: z.literal("log_errors"),
    name: checkName,
    maximum: z.optional(whole(0, 1000, "Lines that look like errors since the release is stable. Default 0.")),
    tail_lines: z.optional(whole(1, 1000, "Last lines that are read of each pod, of two pods. Default 200.")),
    ...checkCommon,
  }),
  z.strictObject({
    type: z.literal("queue_length"),
    name: signalName("Name of the check; also the signal, unless `signal` says otherwise."),
    signal: signalOfCheck,
    maximum: described(z.number().check(z.minimum(0, "expected 0 or more")), "Items that may wait, in the signal's unit."),
    ...checkCommon,
  }),
  z.strictObject({
    type: z.literal("db_connection"),
    name: checkName,
    host: text(/^[A-Za-z0-9]([A-Za-z0-9.:-]{0,251}[A-Za-z0-9])?$/, "expected a host name or an address", "Host, without a port."),
    port: whole(1, 65_535, "TCP port."),
    timeout: wait,
    ...checkCommon,
  }),
  z.strictObject({
    type: z.literal("script"),
    name: checkName,
    job: text(/^[a-z0-9]([a-z0-9.-]{0,50}[a-z0-9])?$/, "expected the name of a CronJob", "CronJob of the namespace that is run once."),
    timeout: z.optional(duration("How long it may run, at most 30m. Default 2m.")),
    ...checkCommon,
  }),
]);
export type AuthoredCheck = z.infer<typeof AuthoredCheckSchema>;

const watched = (seconds: string, description: string) =>
  z.optional(
    described(
      z.union([z.literal("off"), z.strictObject({ duration: z.optional(duration(`How long it is watched. Default ${seconds}.`)) })], {
        error: () => `expected off, or duration such as ${seconds}`,
      }),
      description,
    ),
  );

export const AuthoredPhasesSchema = z.strictObject({
  health: z.optional(
    z.strictObject({
      interval: z.optional(duration("Longest pause between two looks; short rollouts are looked at more often. Default 30s.")),
      consecutive_failures: z.optional(whole(1, 10, "Failed looks in a row that fail. Default 2.")),
    }),
  ),
  performance: watched("5m", "Watched after the restored release is healthy. off: not watched. Default: 5m where it has signals."),
  business: watched("15m", "Watched after the performance phase. off: not watched. Default: 15m where it has signals."),
});

export const AuthoredVerificationSchema = z.strictObject({
  stabilization_period: z.optional(duration("How long to let a restored release settle before it is judged. Default 60s.")),
  phases: z.optional(described(AuthoredPhasesSchema, "How long is watched, and how often is looked.")),
  checks: z.optional(
    described(z.array(AuthoredCheckSchema), "All are evaluated. Default: replica_count, pods_ready and the targets of spec.performance."),
  ),
  rollback: z.optional(
    z.strictObject({
      enabled: z.optional(described(z.boolean(), "false: mode observe. Default true.")),
      automatic: z.optional(described(z.boolean(), "Roll back without asking. Default true.")),
      trigger_on_critical_failure: z.optional(described(z.boolean(), "Any failed critical check asks for a rollback. Default true.")),
      max_rollback_attempts: z.optional(whole(1, 10, "Per incident. Default 3.")),
    }),
  ),
});
export type AuthoredVerification = z.infer<typeof AuthoredVerificationSchema>;
