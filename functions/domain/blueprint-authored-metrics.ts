import * as z from "zod/mini";
import { described, duration, quantity, SIGNAL_NAME, STAT_PATTERN, text } from "./blueprint-fields.ts";
import { DIMENSION_NAME, DIMENSION_VALUE, MAXIMUM_DIMENSIONS } from "./metric-dimensions.ts";
import { PUBLISHES, UNITS } from "./signal.ts";

/** Sections of the authored blueprint about measuring: single signals, and where the well-known ones come from. */
const metricName = (description: string) =>
  described(
    z.string().check(z.minLength(1, "expected a metric name"), z.maxLength(255, "expected at most 255 characters of a metric name")),
    description,
  );
const namespace = described(z.string().check(z.regex(/^[^:].{0,254}$/, "expected a CloudWatch namespace")), "CloudWatch namespace.");
const dimensions = described(
  z
    .record(
      z.string().check(z.regex(DIMENSION_NAME, "expected a dimension's name (1 to 255 ASCII characters, no colon first)")),
      z.string().check(z.regex(DIMENSION_VALUE, "expected a dimension's value (1 to 1024 ASCII characters, not only spaces)")),
    )
    .check(
      z.refine(
        (pairs) => Object.keys(pairs).length <= MAXIMUM_DIMENSIONS,
        `expected at most ${MAXIMUM_DIMENSIONS} dimensions, as many as a metric of CloudWatch has`,
      ),
    ),
  "All dimensions of the metric; CloudWatch needs the exact set.",
);
const minimumRequests = z.optional(
  described(
    z.number().check(z.minimum(1, "expected 1 or more")),
    "Rates have no value in a period with less than this: a few requests prove nothing. Default 100.",
  ),
);

export const AuthoredMetricSchema = z.strictObject({
  namespace,
  name: metricName("Metric name."),
  dimensions: z.optional(dimensions),
  stat: described(
    z.string().check(z.regex(STAT_PATTERN, "expected Average, Sum, Minimum, Maximum, SampleCount or a percentile such as p95")),
    "Statistic: Average, Sum, Minimum, Maximum, SampleCount or a percentile such as p95.",
  ),
});

/** What makes a percentage of a metric that counts only what is used or free. */
export const AuthoredCapacitySchema = z.strictObject({
  total: described(
    z.union([quantity("100GiB", "What there is at most."), z.number()], { error: () => "expected a number or a quantity such as 100GiB" }),
    "What there is at most, in the unit of the metric: 100GiB, 500.",
  ),
  holds: described(z.enum(["used", "free"]), "Whether the metric says what is used or what is free."),
});

/** Exactly one of `metric`, `ratio` and `alarm`; `capacity` belongs to `metric`. */
export const AuthoredSignalSchema = z.strictObject({
  unit: z.optional(
    described(
      z.enum(UNITS),
      "Unit of the values as CloudWatch holds them. Not needed for `alarm` and `capacity`; a signal with capacity is then in %.",
    ),
  ),
  better: z.optional(described(z.enum(["lower", "higher"]), "Which direction is better. Default: lower.")),
  resolution: z.optional(duration("How often the metric has a value. Default 60s. Periods of 10s to 30s need 30s or less.")),
  publishes: z.optional(
    described(
      z.enum(PUBLISHES),
      "on-event: no value means that nothing happened (counters of errors). continuous: that nothing was measured. Default: as the well-known name says, else continuous.",
    ),
  ),
  metric: z.optional(described(AuthoredMetricSchema, "One CloudWatch metric.")),
  capacity: z.optional(described(AuthoredCapacitySchema, "Turns the metric into the used percentage of a capacity.")),
  ratio: z.optional(
    described(
      z.strictObject({
        part: AuthoredMetricSchema,
        total: AuthoredMetricSchema,
        minimum_total: described(
          z.number().check(z.minimum(1, "expected 1 or more")),
          "No value in periods with less than this total: a few requests prove nothing.",
        ),
      }),
      "100 * part / total, in %.",
    ),
  ),
  alarm: z.optional(
    described(
      z.string().check(
        z.minLength(1),
        z.maxLength(255),
        z.refine((name) => !name.startsWith("arn:"), "expected the alarm's name, which is what follows :alarm: in its ARN"),
        z.refine((name) => name.trim() === name, "expected the alarm's name without spaces around it"),
      ),
      "Name of an existing CloudWatch alarm, which Rollguard listens to and leaves alone.",
    ),
  ),
});

/** One section per source. Where two of them measure a signal, the one that is listed first here does. */
export const AuthoredMetricsSchema = z.strictObject({
  alb: z.optional(
    described(
      z.strictObject({
        load_balancer: text(
          /^(arn:aws[a-z-]*:elasticloadbalancing:[a-z0-9-]+:\d{12}:loadbalancer\/)?app\/[A-Za-z0-9-]{1,32}\/[0-9a-f]{16}$/,
          "expected the ARN of an Application Load Balancer or its end, such as app/shop/50dc6c495c0c9188",
          "Application Load Balancer: its ARN, or the part from app/ on.",
        ),
        target_group: text(
          /^(arn:aws[a-z-]*:elasticloadbalancing:[a-z0-9-]+:\d{12}:)?targetgroup\/[A-Za-z0-9-]{1,32}\/[0-9a-f]{16}$/,
          "expected the ARN of a target group or its end, such as targetgroup/checkout/73e2d6bc24d8a067",
          "Target group of the service: its ARN, or the part from targetgroup/ on.",
        ),
        minimum_requests: minimumRequests,
      }),
      "Application Load Balancer: latency, error_rate, error_count, request_count, unhealthy_hosts.",
    ),
  ),
  application_signals: z.optional(
    described(
      z.strictObject({
        environment: z.optional(
          text(/^.{1,259}$/, "expected the name of an environment", "Environment. Default: eks:<cluster>/<namespace> of the target."),
        ),
        service: z.optional(
          text(/^.{1,255}$/, "expected the name of a service", "Service in Application Signals. Default: metadata.name."),
        ),
        operation: z.optional(
          text(/^.{1,255}$/, "expected the name of an operation", "One operation, such as GET /cart. Default: all of them."),
        ),
        minimum_requests: minimumRequests,
      }),
      "CloudWatch Application Signals: latency, error_rate, error_count, request_count.",
    ),
  ),
  prometheus: z.optional(
    described(
      z.strictObject({
        namespace,
        dimensions,
        requests: z.optional(metricName("Counter of requests: request_count.")),
        errors: z.optional(metricName("Counter of failed requests: error_count, and error_rate with requests.")),
        minimum_requests: minimumRequests,
        auth_attempts: z.optional(metricName("Counter of authentications: auth_failure_rate with auth_failures.")),
        auth_failures: z.optional(metricName("Counter of authentications that failed.")),
        latency: z.optional(
          described(
            z.strictObject({
              summary: metricName("Summary whose quantiles are latency_p50, _p90, _p95 and _p99; a histogram is dropped by the agent."),
              unit: described(z.enum(["s", "ms"]), "Unit of the summary."),
              label: z.optional(metricName("Dimension with the quantile, such as 0.95. Default: quantile.")),
            }),
            "Latency by a summary's quantiles.",
          ),
        ),
        others: z.optional(
          described(
            z.record(
              z.string().check(z.regex(SIGNAL_NAME, "expected a signal name in snake_case, such as queue_length")),
              metricName("Metric name."),
            ),
            "Metric name by well-known signal: health_failures, db_errors, queue_length, unhealthy_hosts, user_satisfaction, session_duration.",
          ),
        ),
      }),
      "Prometheus metrics that the CloudWatch agent or a collector writes to CloudWatch.",
    ),
  ),
  container_insights: z.optional(
    described(
      z.strictObject({
        pod_name: z.optional(
          text(
            /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/,
            "expected the name of a workload",
            "PodName dimension. Default: the target's name.",
          ),
        ),
      }),
      "Container Insights with enhanced observability: cpu_utilization, memory_utilization, ready_percent, health_failures (restarts).",
    ),
  ),
  rds: z.optional(
    described(
      z.strictObject({
        instance: text(
          /^[A-Za-z][A-Za-z0-9-]{0,62}$/,
          "expected the identifier of an RDS instance",
          "DB instance identifier of the service's database.",
        ),
        storage: z.optional(quantity("100GiB", "Allocated storage, for disk_utilization.")),
        max_connections: z.optional(
          described(
            z.int().check(z.minimum(1, "expected a whole number, 1 or more")),
            "max_connections of the database, for db_connections_utilization.",
          ),
        ),
      }),
      "RDS instance: db_cpu_utilization, and with what there is at most disk_utilization and db_connections_utilization.",
    ),
  ),
  sqs: z.optional(
    described(
      z.strictObject({
        queue: text(
          /^(arn:aws[a-z-]*:sqs:[a-z0-9-]+:\d{12}:)?([A-Za-z0-9_-]{1,80}|[A-Za-z0-9_-]{1,75}\.fifo)$/,
          "expected the name or the ARN of an SQS queue",
          "Queue that the service works off.",
        ),
      }),
      "SQS queue: queue_length.",
    ),
  ),
});

export type AuthoredMetrics = z.infer<typeof AuthoredMetricsSchema>;
export type AuthoredSignal = z.infer<typeof AuthoredSignalSchema>;
