import { SCALAR_OF_SERIES } from "./function-rules.ts";
import type { MathExpression, MathProblem } from "./math-expression.ts";

/** AWS's S, TS and TS[]. */
type MathType = "scalar" | "series" | "array";
type Call = Extract<MathExpression, { readonly kind: "call" }>;

const INPUTS: Partial<Record<Call["name"], readonly [number, number]>> = { FILL: [2, 2], IF: [2, 3] };
const PLURAL = { scalar: "a number", series: "a time series", array: "an array of time series" } as const;

/** What keeps an expression from giving one time series; null when nothing does. Types follow AWS's table of functions. */
export function checkMath(expression: MathExpression): MathProblem | null {
  const type = typeOf(expression);
  if (typeof type !== "string") return type;
  return type === "series" ? null : problem(expression, `an alarm needs one time series, but this is ${PLURAL[type]}`);
}

function problem({ at }: MathExpression, message: string, kind: MathProblem["kind"] = "type"): MathProblem {
  return { kind, at, message };
}

function typeOf(expression: MathExpression): MathType | MathProblem {
  switch (expression.kind) {
    case "number":
      return "scalar";
    case "metric":
      return "series";
    case "filler":
      return problem(expression, `${expression.filler} can only be the second input of FILL`);
    case "negate":
      return typeOf(expression.operand);
    case "binary": {
      const left = typeOf(expression.left);
      if (typeof left !== "string") return left;
      const right = typeOf(expression.right);
      if (typeof right !== "string") return right;
      if (left === "array" && right === "array") return problem(expression, `"${expression.operator}" does not take two arrays`);
      return widest(left, right);
    }
    case "array":
      return arrayType(expression);
    case "call":
      return callType(expression);
  }
}

function widest(...types: readonly MathType[]): MathType {
  return types.includes("array") ? "array" : types.includes("series") ? "series" : "scalar";
}

function arrayType(expression: Extract<MathExpression, { readonly kind: "array" }>): MathType | MathProblem {
  for (const item of expression.items) {
    const type = typeOf(item);
    if (typeof type !== "string") return type;
    if (type !== "series") return problem(item, `an array holds time series, but this is ${PLURAL[type]}`);
  }
  return "array";
}

function callType(call: Call): MathType | MathProblem {
  const { name, inputs } = call;
  const [least, most] = INPUTS[name] ?? [1, 1];
  if (inputs.length < least || inputs.length > most) {
    return problem(call, `${name} takes ${least === most ? least : `${least} or ${most}`} inputs, but has ${inputs.length}`);
  }
  const types: MathType[] = [];
  for (const [index, input] of inputs.entries()) {
    if (name === "FILL" && index === 1 && input.kind === "filler") continue;
    const type = typeOf(input);
    if (typeof type !== "string") return type;
    types.push(type);
  }
  return resultType(call, types);
}

function resultType(call: Call, types: readonly MathType[]): MathType | MathProblem {
  const { name } = call;
  const [first = "scalar", ...others] = types;
  const wrong = (expected: string) => problem(call, `${name} takes ${expected}, but has ${types.map((type) => PLURAL[type]).join(", ")}`);
  switch (name) {
    case "MIN":
    case "MAX":
    case "SUM":
    case "AVG":
      if (first === "series") {
        return problem(
          call,
          `${name} of one series must not be used in an alarm (expected an array, [m1, m2]): ${SCALAR_OF_SERIES}`,
          "unsafe",
        );
      }
      return first === "array" ? "series" : wrong("an array of time series");
    case "IF":
      if (types.includes("array")) return wrong("time series and numbers");
      return first === "series" || others.includes("series") ? "series" : wrong("at least one time series");
    case "FILL":
      if (first === "scalar") return wrong("a time series and what fills its gaps");
      return others.includes("array") ? wrong("one filler") : first;
    case "PERIOD":
      return call.inputs[0]?.kind === "metric" ? "scalar" : problem(call, "PERIOD takes the id of a metric");
    case "TIME_SERIES":
      return first === "scalar" ? "series" : wrong("a number");
    case "DATE":
    case "DAY":
    case "EPOCH":
    case "HOUR":
    case "MINUTE":
    case "MONTH":
    case "YEAR":
      return first === "series" ? "series" : wrong("a time series");
    default:
      return first === "scalar" ? wrong("time series") : first;
  }
}
