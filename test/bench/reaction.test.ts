import { readFileSync } from "node:fs";
import type { HistoryEvent } from "@aws-sdk/client-sfn";
import { describe, expect, it } from "vitest";
import { stepsBefore } from "../../bench/reaction/executions.ts";
import { type Definition, floorDefinition } from "../../bench/reaction/floor/floor-definition.ts";
import { ANSWER } from "../../bench/reaction/floor/no-op-handler.ts";

const machine = JSON.parse(readFileSync("statemachines/rollback.asl.json", "utf8")) as Definition;

describe("the floor", () => {
  const { StartAt, States } = floorDefinition(machine);

  it("has the machine's own states up to the one that writes, in the same order", () => {
    expect(Object.keys(States)).toEqual([
      "OpenIncident",
      "IsNewIncident?",
      "AssessIncident",
      "ShouldRollBack?",
      "SelectStrategy",
      "NeedsApproval?",
      "ExecuteStep",
      "Elsewhere",
    ]);
    for (const [name, { Type }] of Object.entries(States)) if (name !== "Elsewhere") expect(Type).toBe(machine.States[name]?.Type);
  });

  it("names no state that it does not have", () => {
    for (const state of Object.values(States)) {
      const named = [state.Next, (state as { Default?: string }).Default, ...(state.Choices ?? []).map(({ Next }) => Next)];
      for (const next of named.filter((name) => name !== undefined)) expect(States).toHaveProperty([next]);
    }
    expect(States).toHaveProperty([StartAt]);
    expect(States.ExecuteStep).toMatchObject({ End: true });
    expect(JSON.stringify(States)).not.toContain('"Catch"');
  });

  it("fails where the machine would have gone another way", () => {
    expect(States["NeedsApproval?"]).toMatchObject({ Default: "Elsewhere" });
    expect(States["IsNewIncident?"]?.Choices?.map(({ Next }) => Next)).toEqual(["AssessIncident", "Elsewhere", "Elsewhere", "Elsewhere"]);
  });

  it("goes the way of a rollback by what its functions answer", () => {
    const wanted = { "IsNewIncident?": "opened", "ShouldRollBack?": "roll-back", "NeedsApproval?": "allowed" };

    expect([ANSWER.outcome, ANSWER.decision, ANSWER.governance.verdict]).toEqual(Object.values(wanted));
    for (const [name, value] of Object.entries(wanted)) {
      const onward = States[name]?.Choices?.find(({ Next }) => Next !== "Elsewhere");
      expect(JSON.stringify(onward)).toContain(`"StringEquals":"${value}"`);
    }
  });

  it("refuses a machine that never writes", () => {
    expect(() => floorDefinition({ StartAt: "A", States: { A: { Type: "Pass", Next: "B" }, B: { Type: "Succeed" } } })).toThrow(
      "ExecuteStep",
    );
  });
});

describe("what an execution went through before its first write", () => {
  const entered = (type: string, at: number): HistoryEvent =>
    ({ id: at, type: `${type}StateEntered`, timestamp: new Date(at) }) as HistoryEvent;
  const left = (at: number): HistoryEvent => ({ id: at, type: "TaskStateExited", timestamp: new Date(at) });
  const history = [
    entered("Task", 10),
    left(20),
    entered("Choice", 21),
    entered("Task", 30),
    left(60),
    entered("Wait", 61),
    entered("Task", 90),
  ];

  it("is every state until the Task that wrote", () => {
    expect(stepsBefore(50, history)).toEqual({ states: 3, tasks: 2 });
  });

  it("does not count the wait that follows when the watch told of the write a moment late", () => {
    expect(stepsBefore(70, history)).toEqual({ states: 3, tasks: 2 });
  });
});
