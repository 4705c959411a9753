import { afterAll, describe, expect, it } from "vitest";
import { ClusterActionSchema } from "../../functions/domain/cluster-action.ts";
import { describeCall, FAULTS, type Fault, type FaultName, faultsOf } from "./support/fault.ts";
import { type Ending, judge } from "./support/judge-cell.ts";
import { type Played, type Prepared, play, prepare } from "./support/play-use-case.ts";
import type { UseCase } from "./support/use-case.ts";
import { DEPLOYMENT_USE_CASES } from "./use-cases/deployment.ts";
import { OTHER_KINDS_USE_CASES } from "./use-cases/other-kinds.ts";
import { READ_USE_CASES } from "./use-cases/reads.ts";
import { SURROUNDINGS_USE_CASES } from "./use-cases/surroundings.ts";

const USE_CASES: readonly UseCase[] = [...DEPLOYMENT_USE_CASES, ...OTHER_KINDS_USE_CASES, ...SURROUNDINGS_USE_CASES, ...READ_USE_CASES];

interface Cell {
  readonly fault: FaultName;
  readonly ending: Ending | "known" | "wrong";
  readonly slowestSeconds: number;
}

const cells: Cell[] = [];
let calls = 0;

/** Every call of a use case with every fault that it can meet; returns what went wrong. */
async function playAll(prepared: Prepared, free: Played): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (const call of free.calls) {
    for (const name of faultsOf(call)) {
      const faulted = await play(prepared, { call, name });
      const problem = problemOf(prepared.useCase, free, faulted, { call, name });
      if (problem !== null) wrong.push(`${name} at ${describeCall(call)}: ${problem}`);
    }
  }
  return wrong;
}

function problemOf({ known }: UseCase, free: Played, faulted: Played, { call, name }: Fault): string | null {
  const verdict = judge(free, faulted, name);
  const isKnown = known?.fault === name && known.path.test(call.path);
  const ending = "ending" in verdict ? verdict.ending : isKnown ? "known" : "wrong";
  cells.push({ fault: name, ending, slowestSeconds: Math.max(...faulted.steps.map(({ slowestSeconds }) => slowestSeconds)) });
  if (isKnown) return ending === "known" ? null : `ended right (${ending}), so it is no known limit any more`;
  return "wrong" in verdict ? verdict.wrong : null;
}

afterAll(() => {
  const count = (key: "fault" | "ending", values: readonly string[]) =>
    values.map((value) => `${value} ${cells.filter((cell) => cell[key] === value).length}`).join(", ");
  const slowest = Math.max(...cells.map(({ slowestSeconds }) => slowestSeconds));
  const limits = USE_CASES.flatMap(({ name, known }) => (known === undefined ? [] : [`${known.fault} in ${name}: ${known.why}`]));
  console.log(
    [
      `fault matrix: ${USE_CASES.length} use cases, ${calls} calls, ${cells.length} cells; slowest function ${slowest.toFixed(1)} virtual seconds`,
      `cells by fault: ${count("fault", FAULTS)}`,
      `cells by ending: ${count("ending", ["same", "told", "noticed", "doubted", "older", "known", "wrong"])}`,
      ...limits.map((limit) => `known limit: ${limit}`),
    ].join("\n"),
  );
});

describe("a fault at any call", () => {
  it.each(USE_CASES.map((useCase) => [useCase.name, useCase] as const))("ends right: %s", async (_name, useCase) => {
    const prepared = await prepare(useCase);
    const free = await play(prepared, null);
    calls += free.calls.length;

    expect(free.steps.every(({ told }) => told.word !== "transient" && told.word !== "failed")).toBe(true);
    expect(free.calls.length).toBeGreaterThan(0);
    expect(await playAll(prepared, free)).toEqual([]);
  });
});

describe("the matrix", () => {
  it("has hundreds of cells, and dozens with each fault", () => {
    const few = FAULTS.filter((fault) => cells.filter((cell) => cell.fault === fault).length < 50);

    expect(cells.length).toBeGreaterThan(500);
    expect(few).toEqual([]);
  });
});

describe("the use cases", () => {
  it("are every kind of step, and every router", () => {
    // a hook that is a function is called in AWS, with faults of its own (test/adapters/aws)
    const kinds = ClusterActionSchema.def.options
      .map(({ def }) => def.shape.kind.def.values.join())
      .filter((kind) => kind !== "invoke-hook");
    const words = [...kinds, "restore-template", "restore-scale", "restore-strategy", "gateway-api", "alb-ingress", "istio", "flagger"];
    const missing = words.filter((word) => !USE_CASES.some(({ name }) => name.startsWith(word) || name.endsWith(word)));

    expect(kinds.length).toBeGreaterThan(15);
    expect(missing).toEqual([]);
  });

  it("have names of their own", () => {
    const names = USE_CASES.map(({ name }) => name);

    expect(new Set(names).size).toBe(names.length);
  });
});
