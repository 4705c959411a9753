import type { MathExpression, MathOperator } from "./math-expression.ts";

const STRENGTH: Record<MathOperator, number> = {
  OR: 1,
  AND: 2,
  "==": 3,
  "!=": 3,
  "<=": 3,
  ">=": 3,
  "<": 3,
  ">": 3,
  "+": 4,
  "-": 4,
  "*": 5,
  "/": 5,
  "^": 7,
};
const UNARY_STRENGTH = 6;
const COMPARISON_STRENGTH = 3;

/** The expression as text that reads back as the same expression, with no more parentheses than that needs. */
export function printMath(expression: MathExpression): string {
  return print(expression, 0);
}

/** `needed`: the strength that the expression must have to stand here without parentheses. */
function print(expression: MathExpression, needed: number): string {
  switch (expression.kind) {
    case "number":
      return expression.value < 0 ? `(${expression.value})` : String(expression.value);
    case "metric":
      return expression.id;
    case "filler":
      return expression.filler;
    case "negate":
      return enclose(`-${print(expression.operand, UNARY_STRENGTH)}`, UNARY_STRENGTH, needed);
    case "array":
      return `[${expression.items.map(printMath).join(", ")}]`;
    case "call":
      return `${expression.name}(${expression.inputs.map(printMath).join(", ")})`;
    case "binary": {
      const strength = STRENGTH[expression.operator];
      const power = expression.operator === "^";
      const left = print(expression.left, power || strength === COMPARISON_STRENGTH ? strength + 1 : strength);
      const right = print(expression.right, power ? UNARY_STRENGTH : strength + 1);
      return enclose(`${left} ${expression.operator} ${right}`, strength, needed);
    }
  }
}

function enclose(text: string, strength: number, needed: number): string {
  return strength < needed ? `(${text})` : text;
}
