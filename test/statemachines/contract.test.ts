import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { INCIDENT_DEADLINE_SECONDS } from "../../functions/domain/act-decision.ts";
import { STEP_ERROR_NAMES } from "../../functions/domain/errors.ts";
import { RUN_SECONDS } from "../../functions/domain/plan/step-clocks.ts";
import { rollbackDefinition, taskHandlers } from "../support/machine/run-rollback.ts";

interface State {
  readonly Type: string;
  readonly Resource?: string;
  readonly ResultPath?: string;
  readonly TimeoutSeconds?: number;
  readonly Next?: string;
  readonly Default?: string;
  readonly Choices?: readonly { readonly And: readonly Record<string, unknown>[]; readonly Next: string }[];
  readonly Retry?: readonly { readonly ErrorEquals: readonly string[] }[];
  readonly Catch?: readonly { readonly ErrorEquals: readonly string[]; readonly Next: string; readonly ResultPath: string }[];
}
const definition = rollbackDefinition();
const states = Object.entries<State>(definition.States);
const tasks = states.filter(([, state]) => state.Type === "Task" && state.Resource?.includes("FunctionArn"));
const kebab = (name: string) => name.replace(/(?<=[a-z])([A-Z])/g, "-$1").toLowerCase();

describe("statemachines/rollback.asl.json", () => {
  it("has seven Lambda states", () => {
    expect(tasks.map(([name]) => name)).toEqual([
      "OpenIncident",
      "AssessIncident",
      "SelectStrategy",
      "ExecuteStep",
      "VerifyStep",
      "DiagnoseCause",
      "RecordIncident",
    ]);
  });

  it.each(tasks)("%s is a step folder with the placeholder of its own function", (name, state) => {
    expect(state.Resource).toBe(`\${${name}FunctionArn}`);
    for (const file of ["step.ts", "handler.ts", "environment.ts"]) {
      expect(existsSync(new URL(`../../functions/steps/${kebab(name)}/${file}`, import.meta.url))).toBe(true);
    }
    expect(Object.keys(taskHandlers({} as never))).toContain(name);
  });

  it.each(tasks)(
    "%s has a timeout, retries what is transient, and a Catch of everything that leads to a record and a failed run",
    (name, state) => {
      expect(state.TimeoutSeconds).toBeGreaterThan(0);
      expect(state.Retry?.flatMap((retrier) => retrier.ErrorEquals)).toEqual(
        expect.arrayContaining(["TransientUpstreamError", "Lambda.ServiceException", "Lambda.TooManyRequestsException"]),
      );
      expect(state.Catch).toEqual([
        name === "RecordIncident"
          ? { ErrorEquals: ["States.ALL"], ResultPath: "$.recording", Next: "PageHuman" }
          : { ErrorEquals: ["States.ALL"], ResultPath: "$.failure", Next: "RecordIncident" },
      ]);
    },
  );

  it("gives a run half an hour beyond all its watching, and no step acts later than that", () => {
    expect(definition.TimeoutSeconds).toBeGreaterThanOrEqual(RUN_SECONDS + 1800);
    expect(INCIDENT_DEADLINE_SECONDS).toBeGreaterThanOrEqual(RUN_SECONDS);
  });

  it.each(tasks)("%s is tried again when its function was killed (time, memory): every effect may happen twice", (_name, state) => {
    const retrier = state.Retry?.find(({ ErrorEquals }) => ErrorEquals.includes("Sandbox.Timedout"));

    expect(retrier).toMatchObject({ ErrorEquals: ["Sandbox.Timedout", "Lambda.Unknown"], MaxAttempts: 2 });
  });

  it("is patient in VerifyStep: an API server that fails over for a minute is no reason to leave a rollback half way", () => {
    const retrier = definition.States.VerifyStep.Retry.find(({ ErrorEquals }: { ErrorEquals: string[] }) =>
      ErrorEquals.includes("TransientUpstreamError"),
    );
    const gaps = Array.from({ length: retrier.MaxAttempts }, (_, i) => Math.min(retrier.MaxDelaySeconds, retrier.IntervalSeconds * 2 ** i));

    // Full jitter halves the gaps on average.
    expect(gaps.reduce((sum, gap) => sum + gap, 0) / 2).toBeGreaterThanOrEqual(60);
  });

  it("gives every Task a slice of its own", () => {
    const slices = tasks.map(([, state]) => state.ResultPath);

    expect(new Set(slices).size).toBe(tasks.length);
    expect(slices).not.toContain("$");
  });

  it("mentions no error name of ours that the code does not have", () => {
    const names = tasks.flatMap(([, state]) => state.Retry?.flatMap((retrier) => retrier.ErrorEquals) ?? []);
    const ours = names.filter((name) => !/^(Lambda|Sandbox|States)\./.test(name));

    expect(ours.length).toBeGreaterThan(0);
    for (const name of ours) expect(STEP_ERROR_NAMES).toContain(name);
  });

  it("guards every variable of a Choice with IsPresent", () => {
    const rules = states.flatMap(([, state]) => state.Choices ?? []);

    expect(rules.length).toBeGreaterThan(5);
    for (const rule of rules) {
      expect(rule.And[0]).toMatchObject({ IsPresent: true });
      expect(rule.And[0]?.Variable).toBe(rule.And[1]?.Variable);
    }
  });

  it("leads only to states that exist, and reaches every one", () => {
    const names = states.map(([name]) => name);
    const next = states.flatMap(([, state]) => [
      ...(state.Next ? [state.Next] : []),
      ...(state.Default ? [state.Default] : []),
      ...(state.Choices ?? []).map((rule) => rule.Next),
      ...(state.Catch ?? []).map((catcher) => catcher.Next),
    ]);

    for (const name of next) expect(names).toContain(name);
    expect(new Set([...next, definition.StartAt])).toEqual(new Set(names));
  });

  it("writes for the first time after at most 8 transitions and 5 Lambdas, the starter included", () => {
    const path = ["OpenIncident", "IsNewIncident?", "AssessIncident", "ShouldRollBack?", "SelectStrategy", "NeedsApproval?", "ExecuteStep"];

    for (const [i, name] of path.slice(0, -1).entries()) {
      const state = definition.States[name] as State;
      const following = [state.Next, ...(state.Choices ?? []).map((rule) => rule.Next)];
      expect(following).toContain(path[i + 1]);
    }
    expect(path.length).toBeLessThanOrEqual(8);
    expect(path.filter((name) => definition.States[name].Type === "Task").length + 1).toBeLessThanOrEqual(5);
  });
});
