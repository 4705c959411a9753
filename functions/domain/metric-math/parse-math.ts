import { checkMath } from "./check-math.ts";
import { UNSAFE_FUNCTIONS, UNSUPPORTED_FUNCTIONS } from "./function-rules.ts";
import {
  MATH_FUNCTIONS,
  type MathExpression,
  type MathOperator,
  type MathProblem,
  type MathResult,
  mathProblem,
  metricIds,
} from "./math-expression.ts";
import { type MathToken, mathTokens } from "./math-tokens.ts";

/** From the weakest to the strongest. AWS documents no precedence beside parentheses; this is the usual one. */
const LEVELS: readonly (readonly MathOperator[])[] = [["OR"], ["AND"], ["==", "!=", "<=", ">=", "<", ">"], ["+", "-"], ["*", "/"]];
const COMPARISON_LEVEL = 2;
const FILLERS = ["REPEAT", "LINEAR"] as const;
/** Of the API reference of PutMetricAlarm (MetricDataQuery, Expression). Nobody nests so deep that it is not an attack, or a mistake. */
const MAXIMUM_CHARACTERS = 2048;
const MAXIMUM_DEPTH = 100;

/**
 * Reads the subset of CloudWatch metric math that an alarm may hold
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html). `ids` are those of the alarm's metrics; without them
 * any id will do. The result is one time series, as an alarm needs it. Never throws: what is wrong is a value with its position.
 */
export function parseMath(text: string, ids?: readonly string[]): MathResult<MathExpression> {
  if (text.length > MAXIMUM_CHARACTERS)
    return mathProblem("syntax", MAXIMUM_CHARACTERS, `the expression is longer than ${MAXIMUM_CHARACTERS} characters`);
  const tokens = mathTokens(text);
  if (!tokens.ok) return tokens;
  let expression: MathExpression;
  try {
    expression = new Parser(tokens.value).whole();
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, problem: error.problem };
    throw error;
  }
  const unknown = ids && metricIds(expression).find((id) => !ids.includes(id));
  if (unknown !== undefined) {
    const at = tokens.value.find((token) => token.kind === "id" && token.text === unknown)?.at ?? 0;
    return mathProblem("unknown", at, `no metric has the id "${unknown}": expected one of ${ids?.join(", ")}`);
  }
  const problem = checkMath(expression);
  return problem === null ? { ok: true, value: expression } : { ok: false, problem };
}

/** Leaves the recursive descent; never leaves `parseMath`. */
class Refusal extends Error {
  readonly problem: MathProblem;

  constructor(kind: MathProblem["kind"], at: number, message: string) {
    super(message);
    this.problem = { kind, at, message };
  }
}

class Parser {
  private readonly tokens: readonly MathToken[];
  private position = 0;
  private depth = 0;

  constructor(tokens: readonly MathToken[]) {
    this.tokens = tokens;
  }

  whole(): MathExpression {
    const expression = this.level(0);
    if (this.next.kind !== "end") throw this.unexpected("an operator or the end");
    return expression;
  }

  private get next(): MathToken {
    return this.tokens[this.position] ?? { kind: "end", text: "", at: 0 };
  }

  private take(): MathToken {
    const token = this.next;
    this.position++;
    return token;
  }

  private level(index: number): MathExpression {
    const operators = LEVELS[index];
    if (operators === undefined) return this.unary();
    let left = this.level(index + 1);
    for (let operator = this.operatorOf(operators); operator !== undefined; operator = this.operatorOf(operators)) {
      const { at } = this.take();
      left = { kind: "binary", operator, left, right: this.level(index + 1), at };
      // `a < b < c` compares a truth value with c: nobody means that.
      if (index === COMPARISON_LEVEL) break;
    }
    return left;
  }

  private operatorOf(operators: readonly MathOperator[]): MathOperator | undefined {
    const { kind, text } = this.next;
    return kind === "number" || kind === "id" ? undefined : operators.find((operator) => operator === text);
  }

  /** Everything that nests goes through here: parentheses, functions, signs and powers. */
  private unary(): MathExpression {
    if (this.depth >= MAXIMUM_DEPTH)
      throw new Refusal("syntax", this.next.at, `the expression is nested more than ${MAXIMUM_DEPTH} levels deep`);
    this.depth++;
    const expression = this.signed();
    this.depth--;
    return expression;
  }

  private signed(): MathExpression {
    if (this.next.text !== "-") return this.power();
    const { at } = this.take();
    return { kind: "negate", operand: this.unary(), at };
  }

  private power(): MathExpression {
    const left = this.primary();
    if (this.next.text !== "^") return left;
    const { at } = this.take();
    return { kind: "binary", operator: "^", left, right: this.unary(), at };
  }

  private primary(): MathExpression {
    const token = this.take();
    if (token.kind === "number") return { kind: "number", value: Number(token.text), at: token.at };
    if (token.kind === "id") return { kind: "metric", id: token.text, at: token.at };
    if (token.text === "(") {
      const inner = this.level(0);
      this.expect(")");
      return inner;
    }
    if (token.text === "[") return { kind: "array", items: this.list("]"), at: token.at };
    if (token.kind === "word") return this.call(token);
    this.position--;
    throw this.unexpected("a number, the id of a metric, a function or an opening parenthesis");
  }

  private call({ text, at }: MathToken): MathExpression {
    const filler = FILLERS.find((word) => word === text);
    if (filler !== undefined) return { kind: "filler", filler, at };
    const name = MATH_FUNCTIONS.find((known) => known === text);
    if (name === undefined) throw refusedFunction(text, at);
    this.expect("(");
    return { kind: "call", name, inputs: this.list(")"), at };
  }

  private list(close: ")" | "]"): MathExpression[] {
    const items = [this.level(0)];
    while (this.next.text === ",") {
      this.take();
      items.push(this.level(0));
    }
    this.expect(close);
    return items;
  }

  private expect(symbol: string): void {
    if (this.next.text !== symbol) throw this.unexpected(`"${symbol}"`);
    this.take();
  }

  private unexpected(expected: string): Refusal {
    const { kind, text, at } = this.next;
    return new Refusal(
      "syntax",
      at,
      `${kind === "end" ? "the expression ends too early" : `"${text}" cannot stand here`}: expected ${expected}`,
    );
  }
}

function refusedFunction(name: string, at: number): Refusal {
  const unsafe = UNSAFE_FUNCTIONS[name];
  if (unsafe !== undefined) return new Refusal("unsafe", at, `${name} must not be used in an alarm: ${unsafe}`);
  const unsupported = UNSUPPORTED_FUNCTIONS[name];
  if (unsupported !== undefined) return new Refusal("unsupported", at, `${name} cannot be used here: ${unsupported}`);
  return new Refusal("syntax", at, `"${name}" is no function of metric math: expected one of ${MATH_FUNCTIONS.join(", ")}`);
}
