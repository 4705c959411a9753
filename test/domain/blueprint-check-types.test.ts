import { describe, expect, it } from "vitest";
import type { AuthoredCheck } from "../../functions/domain/blueprint-authored.ts";
import { AuthoredCheckSchema } from "../../functions/domain/blueprint-authored-verification.ts";
import { anAuthoredBlueprint, anAuthoredSignal, compiled, problemsOf } from "../blueprints/authored-blueprint.ts";

const SIGNALS = { orders: anAuthoredSignal({ better: "higher" }), backlog: anAuthoredSignal() };
const blueprint = (check: AuthoredCheck) =>
  anAuthoredBlueprint({ triggers: [], signals: SIGNALS }, { verification: { phases: { performance: "off" }, checks: [check] } });
const common = { critical: true, rollbackTrigger: false };

describe("a check compiles with its defaults:", () => {
  it.each<[AuthoredCheck, object]>([
    [
      { type: "baseline", name: "orders", target: "> 90%", critical: true },
      { type: "baseline", signal: "orders", operator: ">", percentOfBaseline: 90, unit: "count", ...common },
    ],
    [
      { type: "http", name: "shop", url: "https://shop.example.com/health", critical: true },
      { type: "http", url: "https://shop.example.com/health", status: 200, timeoutSeconds: 10, latencyMs: null, ...common },
    ],
    [
      { type: "http", name: "shop", url: "http://10.0.0.5:8080", status: 204, timeout: "2s", latency: "0.5s", critical: false },
      { type: "http", status: 204, timeoutSeconds: 2, latencyMs: 500, critical: false },
    ],
    [
      { type: "endpoints_ready", name: "web", service: "web", critical: true, rollback_trigger: true },
      { type: "endpoints_ready", kubernetesService: "web", minimum: 1, critical: true, rollbackTrigger: true },
    ],
    [
      { type: "log_errors", name: "log", critical: true },
      { type: "log_errors", maximum: 0, tailLines: 200, ...common },
    ],
    [
      { type: "queue_length", name: "backlog", maximum: 1000, critical: true, phase: "health" },
      { type: "queue_length", signal: "backlog", maximum: 1000, phase: "health", ...common },
    ],
    [
      { type: "db_connection", name: "database", host: "db.internal", port: 5432, critical: true },
      { type: "db_connection", host: "db.internal", port: 5432, timeoutSeconds: 10, ...common },
    ],
    [
      { type: "script", name: "checkout_flow", job: "smoke-test", critical: true },
      { type: "script", job: "smoke-test", timeoutSeconds: 120, ...common },
    ],
  ])("%j", (authored, expected) => {
    const result = compiled(blueprint(authored));

    expect(result.problems).toEqual([]);
    expect(result.blueprint?.verification.checks).toEqual([expect.objectContaining({ name: authored.name, ...expected })]);
  });
});

describe("a check is a problem at its own path:", () => {
  it.each<[AuthoredCheck, string]>([
    [{ type: "http", name: "shop", url: "https://shop", timeout: "30s", critical: true }, "timeout: timeout 30s is out of range"],
    [
      { type: "http", name: "shop", url: "https://shop", timeout: "2s", latency: "5s", critical: true },
      "latency: latency 5s is out of range",
    ],
    [{ type: "script", name: "flow", job: "smoke", timeout: "2h", critical: true }, "timeout: timeout 2h is out of range"],
    [{ type: "queue_length", name: "unheard_of", maximum: 5, critical: true }, "name: unknown signal unheard_of"],
    [
      { type: "baseline", name: "orders", target: "> 90ms", critical: true },
      'target: "> 90ms" has the wrong unit: the share of orders is in %',
    ],
    [
      { type: "baseline", name: "orders", target: "< 90%", critical: true },
      'target: "< 90%" would demand a bad value: higher is better for the share of orders',
    ],
  ])("%j", (authored, problem) => {
    expect(problemsOf(blueprint(authored))).toEqual([`verification.checks.0.${problem}`]);
  });

  it.each([
    { type: "http", name: "shop", url: "https://user:secret@shop", critical: true },
    { type: "http", name: "shop", url: "ftp://shop", critical: true },
    { type: "db_connection", name: "database", host: "db", port: 70_000, critical: true },
    { type: "queue_length", name: "backlog", critical: true },
    { type: "endpoints_ready", name: "web", service: "Web", critical: true },
  ])("the shape of %j is refused", (check) => {
    expect(AuthoredCheckSchema.safeParse(check).success).toBe(false);
  });
});
