import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { BlueprintError } from "../../blueprints/blueprint-error.ts";
import { loadBlueprints, parseBlueprintFile, parseBlueprintText } from "../../blueprints/load-blueprints.ts";
import { BlueprintSchema } from "../../functions/domain/blueprint.ts";
import { compileAlarms } from "../../functions/domain/blueprint-alarms.ts";
import { DEMO_STACK } from "./authored-blueprint.ts";

const EXAMPLES = join(import.meta.dirname, "../../blueprints/examples");
const FIXTURE = join(import.meta.dirname, "fixtures/todo-frontend.yaml");

describe("the demo's blueprints", () => {
  const blueprints = loadBlueprints(EXAMPLES, { metricPreset: "none" });

  it("are nine, sorted by service, complete in themselves", () => {
    const services = ["catalog", "checkout", "comments", "offers", "payments", "search", "sessions", "tickets", "todo-frontend"];

    expect(blueprints.map(({ service }) => service)).toEqual(services);
    for (const blueprint of blueprints) expect(BlueprintSchema.safeParse(blueprint).error).toBeUndefined();
  });

  it("act in the demo's time scale", () => {
    for (const { service, ...blueprint } of blueprints) {
      expect(blueprint).toMatchObject({
        mode: "auto",
        target: { cluster: "demo", namespace: "demo", kind: "Deployment", name: service },
        verification: { stabilizationSeconds: 10 },
      });
      for (const trigger of blueprint.triggers) {
        // a leak that is at 90 % has no time for a second datapoint
        const window = trigger.name === "memory-90" ? [1, 1] : [2, 3];
        expect(trigger).toMatchObject({ periodSeconds: 10, datapointsToAlarm: window[0], evaluationPeriods: window[1] });
      }
    }
  });

  it("name every alarm once", () => {
    const names = blueprints.flatMap(compileAlarms).map(({ alarmName }) => alarmName);

    expect(new Set(names).size).toBe(names.length);
    expect(names).toContain("rollguard-todo-frontend-latency-p95");
  });

  it("compile to the same bytes every time", () => {
    expect(JSON.stringify(loadBlueprints(EXAMPLES, { metricPreset: "none" }))).toBe(JSON.stringify(blueprints));
  });

  it("tell editors which schema they follow", () => {
    for (const { service } of blueprints) {
      expect(readFileSync(join(EXAMPLES, `${service}.yaml`), "utf8")).toMatch(
        /^# yaml-language-server: \$schema=\.\.\/blueprint\.schema\.json\n/,
      );
    }
  });
});

describe("a blueprint that names neither target nor metrics", () => {
  it("parses without a stack, and says what is missing to arm it", () => {
    const { authored, blueprint, problems } = parseBlueprintFile(FIXTURE);

    expect(authored?.verification?.checks?.[3]).toEqual({
      name: "latency_p95",
      type: "threshold",
      target: "< 200ms",
      critical: true,
      rollback_trigger: true,
    });
    expect(blueprint).toBeNull();
    expect(problems.map(({ stage, path, line }) => [stage, path.join("."), line])).toEqual([
      ["arming", "spec.target.cluster", 7],
      ["arming", "spec.target.namespace", 7],
    ]);
  });

  it("arms with the stack's target and metric preset", () => {
    const { blueprint, problems } = parseBlueprintFile(FIXTURE, { target: { cluster: "prod", namespace: "web" }, metricPreset: "eks" });

    expect(problems).toEqual([]);
    expect(blueprint).toMatchObject({
      service: "todo-frontend",
      version: "1.0.0",
      mode: "observe",
      target: { cluster: "prod", namespace: "web", kind: "Deployment", name: "todo-frontend" },
      scaling: { minReplicas: 1, maxReplicas: 5 },
      triggers: [
        { alarmName: "rollguard-todo-frontend-latency-p95", rule: { operator: ">=", threshold: 200 }, periodSeconds: 60 },
        { alarmName: "rollguard-todo-frontend-error-rate", rule: { operator: ">=", threshold: 1 }, periodSeconds: 60 },
      ],
      verification: {
        stabilizationSeconds: 60,
        checks: [
          { name: "replica_count", critical: true, rollbackTrigger: false },
          { name: "pods_ready", critical: true, rollbackTrigger: false },
          { name: "cpu_utilization", operator: "<", target: 80, unit: "%", critical: false, rollbackTrigger: false },
          { name: "latency_p95", operator: "<", target: 200, unit: "ms", critical: true, rollbackTrigger: true },
          { name: "error_rate", operator: "<", target: 1, unit: "%", critical: true, rollbackTrigger: true },
          { name: "performance_cpu_utilization", phase: "performance", operator: "<", target: 80, critical: false },
          { name: "performance_latency_p95", phase: "performance", operator: "<", target: 200, critical: true },
          { name: "performance_error_rate", phase: "performance", operator: "<", target: 1, critical: true },
        ],
      },
      rollback: { enabled: true, automatic: true, triggerOnCriticalFailure: true, maxAttempts: 3 },
    });
    expect(blueprint?.signals.map(({ name }) => name)).toEqual(["cpu_utilization", "error_rate", "latency_p95"]);
  });
});

it("the README's first example is complete", () => {
  const readme = readFileSync(join(import.meta.dirname, "../../blueprints/README.md"), "utf8");
  const example = /```yaml\n(.*?)```/s.exec(readme)?.[1] ?? "";

  const { blueprint, problems } = parseBlueprintText(example, "README.md", { ...DEMO_STACK, metricPreset: "eks" });

  expect(problems).toEqual([]);
  expect(blueprint?.triggers).toHaveLength(2);
});

describe("a folder", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "rollguard-blueprints-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const blueprint = (service: string, trigger = "slow") => `metadata: { name: ${service}, version: "1" }
spec:
  triggers:
    - { name: ${trigger}, signal: latency_p95, class: performance, severity: high, when: "> 1s" }
`;
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  const messageOf = (stack = DEMO_STACK) => {
    try {
      loadBlueprints(folder, stack);
    } catch (error) {
      expect(error).toBeInstanceOf(BlueprintError);
      return (error as Error).message.replaceAll(`${folder}/`, "").split("\n");
    }
    return [];
  };

  it("gives its blueprints sorted by service, whatever the files are called", () => {
    write("1.yaml", blueprint("search"));
    write("2.yaml", blueprint("catalog"));
    write("README.md", "# not a blueprint");
    mkdirSync(join(folder, "examples"));
    writeFileSync(join(folder, "examples", "a.yaml"), "broken: [");

    expect(loadBlueprints(folder, DEMO_STACK).map(({ service }) => service)).toEqual(["catalog", "search"]);
  });

  it("may be empty", () => {
    expect(loadBlueprints(folder, DEMO_STACK)).toEqual([]);
  });

  it("must exist", () => {
    expect(() => loadBlueprints(join(folder, "nowhere"), DEMO_STACK)).toThrow(/nowhere:1:1: the blueprint folder cannot be read: ENOENT/);
  });

  it("reports every problem of every file at once", () => {
    write("a.yaml", blueprint("catalog").replace("high", "hgih"));
    write("b.yaml", "");
    write("c.yml", blueprint("search"));

    expect(messageOf()).toEqual([
      "3 problems in the blueprints",
      "c.yml:1:1: is not read: blueprints end in .yaml (rename it to .yaml)",
      'a.yaml:4:72 spec.triggers[0].severity: expected one of critical, high, medium, low, got "hgih" (did you mean "high"?)',
      "b.yaml:1:1: the file is empty (write a blueprint, starting with metadata, or delete the file)",
    ]);
  });

  it("may describe a service only once", () => {
    write("a.yaml", blueprint("catalog"));
    write("b.yaml", blueprint("catalog"));

    expect(messageOf()).toEqual([
      "1 problem in the blueprints",
      "b.yaml:1:19 metadata.name: the service catalog is already described in a.yaml (keep one blueprint per service)",
    ]);
  });

  it("may not give two services one alarm", () => {
    write("a.yaml", blueprint("web", "api-slow"));
    write("b.yaml", blueprint("web-api", "slow"));

    expect(messageOf()).toEqual([
      "1 problem in the blueprints",
      "b.yaml:4:15 spec.triggers[0].name: the alarm rollguard-web-api-slow already belongs to a trigger in a.yaml " +
        "(rename the trigger, or listen to the alarm in one of them)",
    ]);
  });

  it("may not give two services one Deployment", () => {
    write("a.yaml", blueprint("web"));
    write("b.yaml", blueprint("web-api").replace("spec:", "spec:\n  target: { deployment: web }"));

    expect(messageOf()).toEqual([
      "1 problem in the blueprints",
      `b.yaml:3:25 spec.target.deployment: the workload ${DEMO_STACK.target?.cluster}/${DEMO_STACK.target?.namespace}/web is already that of a.yaml (give each service a workload of its own)`,
    ]);
  });

  it("may give one workload's name to a service in another region, and to another kind", () => {
    const target = (text: string) =>
      blueprint("web").replace("name: web", `name: web-${text.length}`).replace("spec:", `spec:\n  target: { ${text} }`);
    write("a.yaml", target("stateful_set: web"));
    write("b.yaml", target("stateful_set: web, region: eu-west-1"));
    write("c.yaml", target("daemon_set: web"));
    write("d.yaml", target("stateful_set: web,  region: eu-west-1"));

    expect(messageOf()).toEqual([
      "1 problem in the blueprints",
      `d.yaml:3:27 spec.target.stateful_set: the workload eu-west-1/${DEMO_STACK.target?.cluster}/${DEMO_STACK.target?.namespace}/StatefulSet web is already that of b.yaml (give each service a workload of its own)`,
    ]);
  });

  it("with a file that cannot be read says so", () => {
    expect(parseBlueprintFile(join(folder, "gone.yaml")).problems).toMatchObject([
      { line: 1, message: expect.stringContaining("cannot be read: ENOENT"), fix: "check the path and its permissions" },
    ]);
  });
});
