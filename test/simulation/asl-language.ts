/** What of the Amazon States Language the rollback machine uses. Anything else is an error here, so that no state is played by guess. */
export type Json = { readonly [key: string]: unknown };

export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds: number;
  readonly BackoffRate: number;
  readonly MaxAttempts: number;
  readonly MaxDelaySeconds: number;
}

export interface State {
  readonly Type: "Task" | "Choice" | "Wait" | "Succeed" | "Fail";
  readonly Resource?: string;
  readonly TimeoutSeconds?: number;
  readonly ResultPath?: string;
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly { readonly ErrorEquals: readonly string[]; readonly ResultPath: string; readonly Next: string }[];
  readonly Choices?: readonly (Json & { readonly Next: string })[];
  readonly Default?: string;
  readonly SecondsPath?: string;
  readonly Error?: string;
  readonly ErrorPath?: string;
  readonly Next?: string;
}

/** `$.plan.mode`; undefined where nothing is there. */
export function pathOf(document: unknown, path: string): unknown {
  const words = path === "$" ? [] : path.replace(/^\$\./, "").split(".");
  return words.reduce<unknown>(
    (value, word) => (value === null || typeof value !== "object" ? undefined : (value as Json)[word]),
    document,
  );
}

/** Where a Choice leads. Throws where no rule holds and there is no default. */
export function follow({ Choices = [], Default }: State, document: Json): string {
  const next = Choices.find((rule) => holds(rule, document))?.Next ?? Default;
  if (next === undefined) throw new Error("no rule of the choice holds");
  return next;
}

/** An error of that name, as Step Functions matches it. */
export function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

function holds(rule: Json, document: Json): boolean {
  if (Array.isArray(rule.And)) return rule.And.every((part: Json) => holds(part, document));
  if (Array.isArray(rule.Or)) return rule.Or.some((part: Json) => holds(part, document));
  const value = pathOf(document, String(rule.Variable));
  if ("IsPresent" in rule) return (value !== undefined) === rule.IsPresent;
  if ("StringEquals" in rule) return value === rule.StringEquals;
  if ("BooleanEquals" in rule) return value === rule.BooleanEquals;
  throw new Error(`the simulation does not know the comparison ${JSON.stringify(rule)}`);
}
