import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatProblem } from "../../blueprints/blueprint-error.ts";
import { parseBlueprintText } from "../../blueprints/load-blueprints.ts";
import { DEMO_STACK } from "./authored-blueprint.ts";

/** Line numbers in this file are those of the text. */
const GOOD = `metadata:
  name: checkout
  version: 1.0.0
spec:
  scaling: { min_replicas: 1, max_replicas: 5 }
  performance:
    latency_p95_target: 200ms
  signals:
    backlog:
      unit: count
      metric: { namespace: Shop, name: Backlog, stat: Maximum }
  triggers:
    - name: slow
      signal: latency_p95
      class: performance
      severity: high
      when: "> 200ms"
      period: 60s
verification:
  stabilization_period: 60s
  checks:
    - name: pods_ready
      type: exact_match
      critical: true
    - name: latency_p95
      type: threshold
      target: "< 200ms"
      critical: true
  rollback:
    max_rollback_attempts: 3
`;

function problemsOf(text: string): readonly string[] {
  return parseBlueprintText(text, "checkout.yaml", DEMO_STACK).problems.map(formatProblem);
}

function edited(from: string, to: string): string {
  expect(GOOD.split(from)).toHaveLength(2);
  return GOOD.replace(from, to);
}

it("the text that the cases break is good", () => {
  expect(problemsOf(GOOD)).toEqual([]);
});

describe("keys and values", () => {
  it.each([
    [
      "max_rollback_attempts: 3",
      "max_rollback_atempts: 3",
      '30:5 verification.rollback.max_rollback_atempts: unknown key "max_rollback_atempts" (did you mean "max_rollback_attempts"?)',
    ],
    [
      "  scaling:",
      "  autoscaler: {}\n  scaling:",
      '5:3 spec.autoscaler: unknown key "autoscaler" (remove it; known keys here: target, scaling, performance, signals, metrics, triggers, looks, traffic, restore, gitops, rollback, suspicion_window, mode, mode_reason, notifications)',
    ],
    [
      "type: exact_match",
      "type: exact",
      '23:13 verification.checks[0].type: expected one of exact_match, threshold, baseline, http, endpoints_ready, log_errors, queue_length, db_connection, script, got "exact" (use one of these)',
    ],
    [
      "    - name: pods_ready\n      type: exact_match",
      "    - name: pods_ready\n      type: exact_match\n      target: 3",
      '24:7 verification.checks[0].target: unknown key "target" (remove it; known keys here: type, name, critical, rollback_trigger, phase)',
    ],
    [
      "- name: pods_ready",
      "- name: pods_redy",
      '22:13 verification.checks[0].name: expected one of replica_count, pods_ready, got "pods_redy" (did you mean "pods_ready"?)',
    ],
    [
      "class: performance",
      "class: perf",
      '15:14 spec.triggers[0].class: expected one of health, performance, business, infrastructure, security, database, canary, got "perf" (What kind of trouble this is; with the severity it selects the strategy.)',
    ],
    [
      "      severity: high\n",
      "",
      "13:7 spec.triggers[0].severity: severity is missing (add it, one of critical, high, medium, low: How bad it is.)",
    ],
    [
      "      type: threshold\n",
      "",
      "25:7 verification.checks[1].type: type is missing (add it, one of exact_match, threshold, baseline, http, endpoints_ready, log_errors, queue_length, db_connection, script)",
    ],
    ["  version: 1.0.0\n", "", "1:1 metadata.version: version is missing (add it: Version of this blueprint, not of the service.)"],
    [
      "version: 1.0.0",
      "version: 1.0",
      "3:12 metadata.version: expected a version such as 1.0.0, got the number 1 (write it as text, with its unit or in quotes. Version of this blueprint, not of the service.)",
    ],
    [
      "version: 1.0.0",
      "version:",
      "3:3 metadata.version: expected a version such as 1.0.0, got nothing (Version of this blueprint, not of the service.)",
    ],
    [
      "name: checkout",
      "name: Check_out",
      '2:9 metadata.name: expected a service name in kebab-case, such as todo-frontend, got "Check_out" (Name of the service; also the Deployment\'s name unless spec.target names a workload.)',
    ],
    [
      "name: checkout",
      `name: ${"c".repeat(31)}`,
      `2:9 metadata.name: expected at most 30 characters, got "${"c".repeat(31)}" (Name of the service; also the Deployment's name unless spec.target names a workload.)`,
    ],
    [
      "stabilization_period: 60s",
      "stabilization_period: 60",
      "20:25 verification.stabilization_period: expected a duration such as 60s, 5m or 24h, got the number 60 (write it as text, with its unit or in quotes. How long to let a restored release settle before it is judged. Default 60s.)",
    ],
    [
      "stabilization_period: 60s",
      "stabilization_period: soon",
      '20:25 verification.stabilization_period: expected a duration such as 60s, 5m or 24h, got "soon" (How long to let a restored release settle before it is judged. Default 60s.)',
    ],
    [
      "latency_p95_target: 200ms",
      "latency_p95_target: 20%",
      '7:25 spec.performance.latency_p95_target: latency_p95_target "20%" has the wrong unit (write it in ms, such as 20ms)',
    ],
    [
      'when: "> 200ms"',
      'when: "> 200%"',
      '17:13 spec.triggers[0].when: "> 200%" has the wrong unit: latency_p95 is in ms (write a quantity in ms, such as "> 200 ms")',
    ],
    [
      'when: "> 200ms"',
      "when: 200ms",
      '17:13 spec.triggers[0].when: expected a comparison with a unit or with the baseline, such as "> 200ms", "> 2x baseline" or "> baseline + 5pp" (in quotes), got "200ms" (When the signal is bad. Required unless the signal is an existing alarm or another form is used.)',
    ],
    [
      "      period: 60s\nver",
      "      period: 15s\nver",
      "18:15 spec.triggers[0].period: period 15s is not one that CloudWatch has (write 10s, 20s, 30s or whole minutes)",
    ],
    [
      "signal: latency_p95",
      "signal: bakclog",
      "14:15 spec.triggers[0].signal: unknown signal bakclog (did you mean backlog? Else describe it in spec.signals)",
    ],
    [
      'signal: latency_p95\n      class: performance\n      severity: high\n      when: "> 200ms"',
      'signal: memory_utilization\n      class: performance\n      severity: high\n      when: "> 90%"',
      '14:15 spec.triggers[0].signal: signal memory_utilization cannot be armed: the metric preset "demo" does not measure it (describe it in spec.signals.memory_utilization with metric, ratio or alarm, name its source in spec.metrics, or choose another metric preset for the stack)',
    ],
    [
      "    backlog:\n",
      "    back-log:\n",
      '9:5 spec.signals.back-log: expected a signal name in snake_case, such as latency_p95, got "back-log" (rename it)',
    ],
    [
      "stat: Maximum",
      "stat: p100",
      '11:55 spec.signals.backlog.metric.stat: expected Average, Sum, Minimum, Maximum, SampleCount or a percentile such as p95, got "p100" (Statistic: Average, Sum, Minimum, Maximum, SampleCount or a percentile such as p95.)',
    ],
    [
      "min_replicas: 1,",
      "min_replicas: 1.5,",
      "5:28 spec.scaling.min_replicas: expected a whole number, 0 or more, got the number 1.5 (A rollback never goes below.)",
    ],
    [
      "max_rollback_attempts: 3",
      "max_rollback_attempts: 0",
      "30:28 verification.rollback.max_rollback_attempts: expected a whole number from 1 to 10, got the number 0 (Per incident. Default 3.)",
    ],
    [
      "critical: true\n    - name: latency_p95",
      'critical: "yes"\n    - name: latency_p95',
      '24:17 verification.checks[0].critical: expected true or false, got "yes" (A failed critical check fails the verification.)',
    ],
  ])("%j written as %j", (from, to, problem) => {
    expect(problemsOf(edited(from, to))).toEqual([`checkout.yaml:${problem}`]);
  });
});

describe("files that are no blueprint", () => {
  it.each([
    ["empty", "", "1:1: the file is empty (write a blueprint, starting with metadata, or delete the file)"],
    ["only a comment", "# later\n", "1:1: the file is empty (write a blueprint, starting with metadata, or delete the file)"],
    ["a list", "- 1\n", "1:1: expected a section with keys, got a list (change the value)"],
    ["a sentence", "hello\n", '1:1: expected a section with keys, got "hello" (change the value)'],
    [
      "a key written twice",
      GOOD.replace("  version: 1.0.0", "  version: 1.0.0\n  version: 2.0.0"),
      "4:3: the key is written twice in the same section (keep one of them)",
    ],
    ["two documents", `${GOOD}---\n${GOOD}`, "31:1: the file holds several YAML documents (write one blueprint per file, without ---)"],
    [
      "a tab as indentation",
      GOOD.replace("  name: checkout", "\tname: checkout"),
      "2:1: not valid YAML: Tabs are not allowed as indentation (indent with spaces)",
    ],
  ])("%s", (_title, text, problem) => {
    expect(problemsOf(text)).toContain(`checkout.yaml:${problem}`);
  });

  it("an unknown tag is not read as if it were not there", () => {
    expect(problemsOf(edited("name: checkout", "name: !Ref checkout"))).toEqual([
      "checkout.yaml:2:9: not valid YAML: Unresolved tag: !Ref (remove the tag)",
    ]);
  });

  it("a problem behind an alias points to where the value stands", () => {
    const text = edited('      when: "> 200ms"\n      period: 60s', "      when: &limit 200ms\n      period: *limit");

    expect(problemsOf(text).map((problem) => problem.split(" ")[0])).toEqual(["checkout.yaml:17:20", "checkout.yaml:18:15"]);
  });
});

it("whatever is done to the text, the answer is a blueprint or problems with a place in the file", () => {
  const lines = GOOD.split("\n");
  const edit = fc.record({
    line: fc.nat(lines.length - 1),
    kind: fc.constantFrom("delete", "double", "cut", "indent", "garble"),
    text: fc.string(),
  });
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
      const broken = edits.reduce((current, { line, kind, text }) => {
        const old = current[line] ?? "";
        const replaced = {
          delete: [],
          double: [old, old],
          cut: [old.slice(0, old.length / 2)],
          indent: [`  ${old}`],
          garble: [`${old}${text}`],
        }[kind];
        return [...current.slice(0, line), ...replaced, ...current.slice(line + 1)];
      }, lines);

      const { blueprint, problems } = parseBlueprintText(broken.join("\n"), "checkout.yaml", DEMO_STACK);

      expect(blueprint === null).toBe(problems.length > 0);
      for (const problem of problems) {
        expect(problem.line).toBeGreaterThanOrEqual(1);
        expect(problem.column).toBeGreaterThanOrEqual(1);
        expect(problem.message).not.toContain("Invalid input");
        expect(problem.fix).not.toBe("");
      }
    }),
    { numRuns: 300 },
  );
});
