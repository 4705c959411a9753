import type { Operator } from "./blueprint.ts";
import { authoredProblem, type Problem, type ProblemPath } from "./blueprint-problem.ts";
import type { SignalMeaning } from "./blueprint-signals.ts";
import { type Condition, convertQuantity, formatQuantity, parseCondition } from "./quantity.ts";

/** A comparison in the signal's own unit. */
export interface ResolvedCondition {
  readonly operator: Operator;
  readonly value: number;
}

/**
 * Reads a condition on a signal and converts it. `holds`: `good` for what a check demands, `bad` for when a trigger breaches; the direction
 * must fit the signal, since a check turned around would take a good release back.
 */
export function resolveCondition(
  text: string,
  signal: SignalMeaning,
  holds: "good" | "bad",
  path: ProblemPath,
  problems: Problem[],
): ResolvedCondition | null {
  const condition = parseCondition(text);
  if (condition === null) {
    problems.push(
      authoredProblem(path, `"${text}" is not a comparison`, `write an operator and a quantity in ${signal.unit}, such as "< 200ms"`),
    );
    return null;
  }
  const value = convertQuantity(condition.quantity, signal.unit);
  if (value === null) {
    problems.push(
      authoredProblem(
        path,
        `"${text}" has the wrong unit: ${signal.name} is in ${signal.unit}`,
        `write a quantity in ${signal.unit}, such as "${condition.operator} ${formatQuantity(condition.quantity.value, signal.unit)}"`,
      ),
    );
    return null;
  }
  const wrong = directionProblem(text, condition, signal, holds, path) ?? rangeProblem(text, condition.operator, value, signal, path);
  if (wrong !== null) {
    problems.push(wrong);
    return null;
  }
  return { operator: condition.operator, value };
}

/** A condition on the wrong side of what is good, whatever it is compared with; null where it fits the signal. */
export function directionProblem(
  text: string,
  condition: Pick<Condition, "operator">,
  signal: SignalMeaning,
  holds: "good" | "bad",
  path: ProblemPath,
): Problem | null {
  const wantsBelow = (signal.better === "lower") === (holds === "good");
  if (condition.operator.startsWith("<") === wantsBelow) return null;
  const role = holds === "good" ? "would demand a bad value" : "would alarm on a good value";
  return authoredProblem(
    path,
    `"${text}" ${role}: ${signal.better} is better for ${signal.name}`,
    `turn the operator around (${wantsBelow ? "< or <=" : "> or >="}), or set better on the signal`,
  );
}

/** Its values lie between 0 and 100 %. */
export function isShare({ armed }: SignalMeaning): boolean {
  return armed?.source.kind === "ratio" || armed?.source.kind === "capacity";
}

/** No signal is below 0, and a share lies between 0 and 100 %: outside of that a condition could never change. */
function rangeProblem(text: string, operator: Operator, value: number, signal: SignalMeaning, path: ProblemPath): Problem | null {
  const share = isShare(signal);
  const isAtZero = value === 0 && (operator === ">=" || operator === "<");
  const isAtWhole = share && (value > 100 || (value === 100 && (operator === ">" || operator === "<=")));
  if (!isAtZero && !isAtWhole) return null;
  const [is, choose] = share
    ? ["is a share from 0% to 100%", "choose a limit between 0% and 100%"]
    : ["is never below 0", `choose a limit above 0, or write ${operator === "<" ? "<=" : ">"} 0`];
  return authoredProblem(path, `"${text}" is always or never true: ${signal.name} ${is}`, choose);
}
