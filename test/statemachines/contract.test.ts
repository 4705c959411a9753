import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { INCIDENT_DEADLINE_SECONDS } from "../../functions/domain/act-decision.ts";
import { APPROVAL_GRACE_SECONDS } from "../../functions/domain/approval.ts";
import { MOST_APPROVAL_SECONDS } from "../../functions/domain/blueprint-rollback-policy.ts";
import { STEP_ERROR_NAMES } from "../../functions/domain/errors.ts";
import { RUN_SECONDS } from "../../functions/domain/plan/step-clocks.ts";
import { rollbackDefinition, taskHandlers } from "../support/machine/run-rollback.ts";

interface State {
  readonly Type: string;
  readonly Resource?: string;
  readonly Parameters?: Readonly<Record<string, unknown>>;
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
/** The function of a Task: its resource, or what an integration is told to invoke. */
const functionOf = ({ Resource, Parameters }: State) => String(Parameters?.FunctionName ?? Resource);
const tasks = states.filter(([, state]) => state.Type === "Task" && functionOf(state).includes("FunctionArn"));
const kebab = (name: string) => name.replace(/(?<=[a-z])([A-Z])/g, "-$1").toLowerCase();

describe("statemachines/rollback.asl.json", () => {
  it("has eight Lambda states", () => {
    expect(tasks.map(([name]) => name)).toEqual([
      "OpenIncident",
      "AssessIncident",
      "SelectStrategy",
      "RequestApproval",
      "ExecuteStep",
      "VerifyStep",
      "DiagnoseCause",
      "RecordIncident",
    ]);
  });

  it.each(tasks)("%s is a step folder with the placeholder of its own function", (name, state) => {
    expect(functionOf(state)).toBe(`\${${name}FunctionArn}`);
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

  it("gives a run half an hour beyond all its watching and waiting for people, and no step acts later than its watching", () => {
    const waitSeconds = definition.States.RequestApproval.TimeoutSeconds;

    expect(definition.TimeoutSeconds).toBeGreaterThanOrEqual(waitSeconds + RUN_SECONDS + 1800);
    expect(INCIDENT_DEADLINE_SECONDS).toBeGreaterThanOrEqual(RUN_SECONDS);
  });

  it("waits for an approval longer than any blueprint lets people decide: the deadline is the sweep's, the timeout a backstop", () => {
    const { Resource, TimeoutSeconds, Parameters, Retry } = definition.States.RequestApproval;

    expect(Resource).toBe("arn:aws:states:::lambda:invoke.waitForTaskToken");
    expect(TimeoutSeconds).toBeGreaterThanOrEqual(MOST_APPROVAL_SECONDS + APPROVAL_GRACE_SECONDS);
    // With a token of its own for each try, and beside the document, which is recorded.
    expect(Parameters.Payload).toEqual({ "taskToken.$": "$$.Task.Token", "document.$": "$" });
    // Asking again because nobody answered would wake people twice about one question.
    expect(Retry.flatMap(({ ErrorEquals }: { ErrorEquals: string[] }) => ErrorEquals)).not.toContain("States.Timeout");
  });

  it("acts on what is allowed or approved, asks only where it would act, and records everything else", () => {
    const needs: State = definition.States["NeedsApproval?"];
    const approved: State = definition.States["IsApproved?"];
    const wanted = ({ And }: NonNullable<State["Choices"]>[number]) =>
      And.flatMap(({ Variable, StringEquals }) => (StringEquals === undefined ? [] : [`${Variable} = ${StringEquals}`]));

    expect(needs.Choices?.map((rule) => [...wanted(rule), rule.Next])).toEqual([
      ["$.plan.governance.verdict = allowed", "ExecuteStep"],
      ["$.plan.governance.verdict = needs-approval", "$.plan.mode = act", "RequestApproval"],
      // where nothing is written, a denied plan has mode none
      ["$.plan.mode = observe", "ExecuteStep"],
    ]);
    expect(approved.Choices?.map((rule) => [...wanted(rule), rule.Next])).toEqual([["$.approval.state = approved", "ExecuteStep"]]);
    expect([needs.Default, approved.Default]).toEqual(["RecordIncident", "RecordIncident"]);
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

  it("never tries again under an incident that has ended", () => {
    expect(STEP_ERROR_NAMES).toContain("IncidentEndedError");
    expect(tasks.flatMap(([, { Retry = [] }]) => Retry.flatMap(({ ErrorEquals }) => ErrorEquals))).not.toContain("IncidentEndedError");
  });

  it("guards every variable of a Choice with IsPresent", () => {
    const rules = states.flatMap(([, state]) => state.Choices ?? []);

    expect(rules.length).toBeGreaterThan(5);
    for (const { And } of rules) {
      const compared = And.filter((condition) => condition.IsPresent === undefined).map(({ Variable }) => Variable);
      const guarded = And.filter(({ IsPresent }) => IsPresent === true).map(({ Variable }) => Variable);
      expect(compared.length).toBeGreaterThan(0);
      expect(And[0]).toMatchObject({ IsPresent: true });
      expect(guarded).toEqual(compared);
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
