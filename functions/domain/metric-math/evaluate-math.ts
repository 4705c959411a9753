import type { MathExpression, MathOperator } from "./math-expression.ts";
import { callFunction } from "./math-functions.ts";
import { combine, type MathGrid, type MathValue, transform } from "./math-value.ts";

/**
 * Computes a parsed expression over a grid of times, as CloudWatch documents it. `leaves` are the metrics by id, each as long as the grid; NaN is a
 * missing point. An expression that is not pointwise sees no point outside the grid.
 */
export function evaluateMath(expression: MathExpression, leaves: ReadonlyMap<string, Float64Array>, grid: MathGrid): Float64Array {
  const value = computed(expression, leaves, grid);
  if (value instanceof Float64Array) return value;
  throw new Error("a checked expression gives one time series");
}

function computed(expression: MathExpression, leaves: ReadonlyMap<string, Float64Array>, grid: MathGrid): MathValue {
  switch (expression.kind) {
    case "number":
      return expression.value;
    case "metric": {
      const leaf = leaves.get(expression.id);
      if (leaf === undefined) throw new Error(`no series for the metric ${expression.id}`);
      return leaf;
    }
    case "negate":
      return transform(computed(expression.operand, leaves, grid), (x) => -x);
    case "binary":
      return combine(
        computed(expression.left, leaves, grid),
        computed(expression.right, leaves, grid),
        OPERATIONS[expression.operator],
        grid.missingOperand,
      );
    case "array":
      return expression.items.map((item) => {
        const value = computed(item, leaves, grid);
        if (value instanceof Float64Array) return value;
        throw new Error("a checked array holds time series");
      });
    case "call":
      return callFunction(
        expression.name,
        expression.inputs.map((input) => (input.kind === "filler" ? input.filler : computed(input, leaves, grid))),
        grid,
      );
    case "filler":
      throw new Error("a filler has no value of its own");
  }
}

/** NaN where there is no result: AWS drops a point that would be divided by zero. */
const OPERATIONS: Record<MathOperator, (x: number, y: number) => number> = {
  "+": (x, y) => x + y,
  "-": (x, y) => x - y,
  "*": (x, y) => x * y,
  "/": (x, y) => (y === 0 ? Number.NaN : x / y),
  "^": (x, y) => x ** y,
  "==": (x, y) => Number(x === y),
  "!=": (x, y) => Number(x !== y),
  "<=": (x, y) => Number(x <= y),
  ">=": (x, y) => Number(x >= y),
  "<": (x, y) => Number(x < y),
  ">": (x, y) => Number(x > y),
  AND: (x, y) => Number(x !== 0 && y !== 0),
  OR: (x, y) => Number(x !== 0 || y !== 0),
};
