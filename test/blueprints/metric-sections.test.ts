import { describe, expect, it } from "vitest";
import { formatProblem } from "../../blueprints/blueprint-error.ts";
import { parseBlueprintText } from "../../blueprints/load-blueprints.ts";

const STACK = { target: { cluster: "prod", namespace: "shop" }, metricPreset: "none" } as const;
const ALB = `    alb:
      load_balancer: app/shop/50dc6c495c0c9188
      target_group: targetgroup/checkout/73e2d6bc24d8a067
`;

function blueprintText(metrics: string): string {
  return `metadata:
  name: checkout
  version: 1.0.0
spec:
  performance:
    latency_p95_target: 200ms
  metrics:
${metrics}`;
}

function parsed(metrics: string) {
  return parseBlueprintText(blueprintText(metrics), "checkout.yaml", STACK);
}

function problemsOf(metrics: string): readonly string[] {
  return parsed(metrics).problems.map(formatProblem);
}

it("ARNs and their ends are the same load balancer and target group", () => {
  const arns = ALB.replace("app/", "arn:aws:elasticloadbalancing:eu-central-1:111122223333:loadbalancer/app/").replace(
    "targetgroup/",
    "arn:aws:elasticloadbalancing:eu-central-1:111122223333:targetgroup/",
  );

  expect(problemsOf(ALB)).toEqual([]);
  expect(parsed(arns).blueprint?.signals).toEqual(parsed(ALB).blueprint?.signals);
});

it("a queue's ARN is its name", () => {
  const signals = (queue: string) =>
    parsed(`${ALB}    sqs:\n      queue: ${queue}\n  triggers:
    - { name: backlog, signal: queue_length, class: performance, severity: medium, when: "> 1000" }\n`).blueprint?.signals;

  expect(signals("orders.fifo")).toHaveLength(2);
  expect(signals("arn:aws:sqs:eu-central-1:111122223333:orders.fifo")).toEqual(signals("orders.fifo"));
});

describe("forms that are none", () => {
  it.each([
    [
      "app/shop/50dc6c495c0c9188",
      "net/shop/50dc6c495c0c9188",
      "9:22 spec.metrics.alb.load_balancer: expected the ARN of an Application Load Balancer or its end, such as app/shop/50dc6c495c0c9188",
    ],
    ["app/shop/50dc6c495c0c9188", "shop", "9:22 spec.metrics.alb.load_balancer: expected the ARN of an Application"],
    ["app/shop/50dc6c495c0c9188", "app/shop/50dc", "9:22 spec.metrics.alb.load_balancer: expected the ARN of an Application"],
    [
      "targetgroup/checkout/73e2d6bc24d8a067",
      "checkout",
      "10:21 spec.metrics.alb.target_group: expected the ARN of a target group or its end",
    ],
    [
      "targetgroup/checkout/73e2d6bc24d8a067",
      "app/checkout/73e2d6bc24d8a067",
      "10:21 spec.metrics.alb.target_group: expected the ARN of a target group",
    ],
    ["load_balancer:", "loadbalancer:", '9:7 spec.metrics.alb.loadbalancer: unknown key "loadbalancer" (did you mean "load_balancer"?)'],
    ["    alb:", "    elb:", '8:5 spec.metrics.elb: unknown key "elb" (did you mean "alb"?)'],
  ])("%s written as %s", (from, to, problem) => {
    expect(problemsOf(ALB.replace(from, to)).join("\n")).toContain(`checkout.yaml:${problem}`);
  });

  it.each([
    ["sqs: { queue: https://sqs.eu-central-1.amazonaws.com/111122223333/orders }", "expected the name or the ARN of an SQS queue"],
    ["rds: { instance: db_1 }", "expected the identifier of an RDS instance"],
    ["rds: { instance: db, max_connections: 0 }", "expected a whole number, 1 or more, got the number 0"],
    ["rds: { instance: db, storage: 100 }", "expected a number with its unit, such as 100GiB, got the number 100"],
    ["container_insights: { pod_name: My_App }", "expected the name of a workload"],
    ["prometheus: { namespace: Prom }", "spec.metrics.prometheus.dimensions: dimensions is missing"],
    ["prometheus: { namespace: Prom, dimensions: {}, latency: { summary: x, unit: minutes } }", 'expected one of s, ms, got "minutes"'],
    ["prometheus: { namespace: Prom, dimensions: {}, others: { Queue: x } }", "expected a signal name in snake_case, such as queue_length"],
    ["application_signals: { minimum_requests: 0 }", "expected 1 or more, got the number 0"],
  ])("%s", (section, problem) => {
    expect(problemsOf(`${ALB}    ${section}\n`).join("\n")).toContain(problem);
  });
});

describe("the dimensions of a metric", () => {
  const numbered = (count: number) => Array.from({ length: count }, (_, index) => `d${index}: v`).join(", ");
  const withDimensions = (dimensions: string) =>
    problemsOf(`${ALB}  signals:
    depth: { unit: count, metric: { namespace: Shop, name: Depth, stat: Maximum, dimensions: { ${dimensions} } } }\n`);

  it.each([numbered(30), `a: ${"v".repeat(1024)}`, `${"n".repeat(255)}: v`, "a: b:c d"])("may be %s", (dimensions) => {
    expect(withDimensions(dimensions)).toEqual([]);
  });

  it.each([
    [numbered(31), "spec.signals.depth.metric.dimensions: expected at most 30 dimensions, as many as a metric of CloudWatch has"],
    [
      'a: ""',
      'spec.signals.depth.metric.dimensions.a: expected a dimension\'s value (1 to 1024 ASCII characters, not only spaces), got ""',
    ],
    [`a: ${"v".repeat(1025)}`, "spec.signals.depth.metric.dimensions.a: expected a dimension's value"],
    ["a: caf\u00e9", "spec.signals.depth.metric.dimensions.a: expected a dimension's value"],
    ['":a": v', "expected a dimension's name (1 to 255 ASCII characters, no colon first)"],
    [`${"n".repeat(256)}: v`, "expected a dimension's name"],
  ])("are no %s", (dimensions, problem) => {
    expect(withDimensions(dimensions)).toEqual([expect.stringContaining(problem)]);
  });
});

describe("a capacity that is written wrongly", () => {
  const withCapacity = (capacity: string) =>
    problemsOf(`${ALB}  signals:
    storage:
      metric: { namespace: AWS/RDS, name: FreeStorageSpace, stat: Minimum, dimensions: { DBInstanceIdentifier: db } }
      capacity: ${capacity}\n`);

  it.each([
    ["{ total: 100GiB, holds: free }", []],
    ["{ total: 107374182400bytes, holds: free }", []],
    [
      "{ total: 500, holds: used }",
      ["14:26 spec.signals.storage.capacity.total: CloudWatch holds FreeStorageSpace of AWS/RDS in bytes, not count"],
    ],
    [
      "{ total: [1], holds: free }",
      ["14:19 spec.signals.storage.capacity.total: expected a number or a quantity such as 100GiB, got a list"],
    ],
    [
      "{ total: lots, holds: free }",
      ['14:26 spec.signals.storage.capacity.total: expected a number with its unit, such as 100GiB, got "lots"'],
    ],
    ["{ total: 100GiB }", ["14:7 spec.signals.storage.capacity.holds: holds is missing (add it, one of used, free"]],
    ["{ total: 100GiB, holds: empty }", ['14:41 spec.signals.storage.capacity.holds: expected one of used, free, got "empty"']],
  ])("%s", (capacity, problems) => {
    expect(withCapacity(capacity)).toEqual(problems.map((problem) => expect.stringContaining(problem)));
  });
});
