import { describe, expect, it } from "vitest";
import { describeCall, type Fault, FAULTS, faultsOf } from "./support/fault.ts";
import { type Ending, judge } from "./support/judge-cell.ts";
import { type Played, play, type Prepared, prepare } from "./support/play-use-case.ts";
import { DEPLOYMENT_USE_CASES } from "./use-cases/deployment.ts";

const USE_CASES = [...DEPLOYMENT_USE_CASES];

interface Cell {
  readonly fault: Fault;
  readonly ending: Ending | "wrong";
}

const cells: Cell[] = [];
let calls = 0;

/** Every call of a use case with every fault that it can meet; returns what went wrong. */
async function playAll(prepared: Prepared, free: Played): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (const call of free.calls) {
    for (const name of faultsOf(call)) {
      const fault = { call, name };
      const verdict = judge(free, await play(prepared, fault), name);
      cells.push({ fault, ending: "wrong" in verdict ? "wrong" : verdict.ending });
      if (process.env.FAULT_DEBUG && "ending" in verdict && !["same", "told"].includes(verdict.ending)) console.log(verdict.ending, name, describeCall(call));
      if ("wrong" in verdict) wrong.push(`${name} at ${describeCall(call)}: ${verdict.wrong}`);
    }
  }
  return wrong;
}

describe("a fault at any call", () => {
  it.each(USE_CASES.map((useCase) => [useCase.name, useCase] as const))("leaves %s right", async (_name, useCase) => {
    const prepared = await prepare(useCase);
    const free = await play(prepared, null);
    calls += free.calls.length;
    if (process.env.FAULT_DEBUG) console.log(useCase.name, free.steps.map(({ told }) => `${told.word} (${told.reason})`), free.calls.map(describeCall));

    expect(free.calls.length).toBeGreaterThan(0);
    expect(await playAll(prepared, free)).toEqual([]);
  });

  it("was played in full", () => {
    const count = (of: (cell: Cell) => string, values: readonly string[]) =>
      values.map((value) => `${value} ${cells.filter((cell) => of(cell) === value).length}`).join(", ");
    console.log(
      [
        `${USE_CASES.length} use cases, ${calls} calls, ${cells.length} cells`,
        `by fault: ${count(({ fault }) => fault.name, FAULTS)}`,
        `by ending: ${count(({ ending }) => ending, ["same", "told", "noticed", "doubted", "older", "wrong"])}`,
      ].join("\n"),
    );
  });
});
