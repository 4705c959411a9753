/** Functions of metric math that an alarm may use and that Rollguard computes itself. */
export const MATH_FUNCTIONS = [
  "ABS",
  "AVG",
  "CEIL",
  "DATE",
  "DAY",
  "DIFF",
  "DIFF_TIME",
  "EPOCH",
  "FILL",
  "FLOOR",
  "HOUR",
  "IF",
  "LOG",
  "LOG10",
  "MAX",
  "MIN",
  "MINUTE",
  "MONTH",
  "PERIOD",
  "RATE",
  "SUM",
  "TIME_SERIES",
  "YEAR",
] as const;
export type MathFunction = (typeof MATH_FUNCTIONS)[number];

export const MATH_OPERATORS = ["OR", "AND", "==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "^"] as const;
export type MathOperator = (typeof MATH_OPERATORS)[number];

/** A parsed expression. `at` is the position of its decisive character in the text, from 0. */
export type MathExpression =
  | { readonly kind: "number"; readonly value: number; readonly at: number }
  | { readonly kind: "metric"; readonly id: string; readonly at: number }
  | { readonly kind: "negate"; readonly operand: MathExpression; readonly at: number }
  | {
      readonly kind: "binary";
      readonly operator: MathOperator;
      readonly left: MathExpression;
      readonly right: MathExpression;
      readonly at: number;
    }
  | { readonly kind: "array"; readonly items: readonly MathExpression[]; readonly at: number }
  | { readonly kind: "call"; readonly name: MathFunction; readonly inputs: readonly MathExpression[]; readonly at: number }
  /** The second input of FILL where it is not a value. */
  | { readonly kind: "filler"; readonly filler: "REPEAT" | "LINEAR"; readonly at: number };

/**
 * Why an expression is refused. `syntax`: it cannot be read. `unknown`: an id that the alarm has no metric for. `type`: a function gets what it does
 * not take. `unsafe`: AWS advises against it in alarms, because its value depends on how many extra points an evaluation fetches.
 * `unsupported`: CloudWatch knows it, and nothing outside CloudWatch can compute it.
 */
export interface MathProblem {
  readonly kind: "syntax" | "unknown" | "type" | "unsafe" | "unsupported";
  /** In the text, from 0. */
  readonly at: number;
  /** What is wrong there, and what was expected, as one sentence without a stop. */
  readonly message: string;
}

export type MathResult<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: MathProblem };

export function mathProblem(kind: MathProblem["kind"], at: number, message: string): { readonly ok: false; readonly problem: MathProblem } {
  return { ok: false, problem: { kind, at, message } };
}

/** The ids of the metrics in an expression, each once, in order. */
export function metricIds(expression: MathExpression): string[] {
  return [...new Set(nodesOf(expression).flatMap((node) => (node.kind === "metric" ? [node.id] : [])))];
}

/** True when the value at a time depends on the points of that time alone: such an expression can be computed once for a whole series. */
export function isPointwise(expression: MathExpression): boolean {
  return nodesOf(expression).every(
    (node) => node.kind !== "filler" && !(node.kind === "call" && ["RATE", "DIFF", "DIFF_TIME"].includes(node.name)),
  );
}

function nodesOf(expression: MathExpression): MathExpression[] {
  switch (expression.kind) {
    case "number":
    case "metric":
    case "filler":
      return [expression];
    case "negate":
      return [expression, ...nodesOf(expression.operand)];
    case "binary":
      return [expression, ...nodesOf(expression.left), ...nodesOf(expression.right)];
    case "array":
      return [expression, ...expression.items.flatMap(nodesOf)];
    case "call":
      return [expression, ...expression.inputs.flatMap(nodesOf)];
  }
}
