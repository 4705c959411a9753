import { ALARM_STATES, type AlarmState } from "../alarm-rule.ts";

/** The rule of a composite alarm, parsed. `at` is a position in the text, from 0. */
export type CompositeRule =
  | { readonly kind: "constant"; readonly value: boolean }
  | { readonly kind: "state"; readonly state: AlarmState; readonly alarm: string; readonly at: number }
  | { readonly kind: "not"; readonly operand: CompositeRule }
  | { readonly kind: "and" | "or"; readonly operands: readonly CompositeRule[] }
  | {
      readonly kind: "at-least";
      /** Of the alarms; a share is in percent. */
      readonly needed: { readonly count: number } | { readonly percent: number };
      readonly state: AlarmState;
      /** True for `NOT STATE`. */
      readonly negated: boolean;
      readonly alarms: readonly { readonly name: string; readonly at: number }[];
    };

export type CompositeRuleResult =
  | { readonly ok: true; readonly rule: CompositeRule }
  | { readonly ok: false; readonly at: number; readonly message: string };

/** Quoted text, a name with everything that may be in one (an ARN too), or a symbol. */
const TOKEN = /\s*(?:"([^"]*)"|([^\s(),"]+)|([(),]))/y;
const MAXIMUM_CHARACTERS = 10_240;
/** Not one of CloudWatch's limits: nobody nests so deep that it is not an attack, or a mistake. */
const MAXIMUM_DEPTH = 100;

interface Token {
  readonly kind: "quoted" | "word" | "symbol" | "end";
  readonly text: string;
  readonly at: number;
}

class Refusal extends Error {
  readonly at: number;

  constructor(at: number, message: string) {
    super(message);
    this.at = at;
  }
}

/**
 * Reads an AlarmRule: `ALARM() OK() INSUFFICIENT_DATA() TRUE FALSE AND OR NOT AT_LEAST(n | "p%", STATE, (a, b))` and parentheses. `children` are the
 * alarms that exist: as in CloudWatch, any other one is an error. An alarm is named, or given by its ARN. Never throws.
 */
export function parseCompositeRule(text: string, children?: readonly string[]): CompositeRuleResult {
  if (text.length > MAXIMUM_CHARACTERS) {
    return { ok: false, at: MAXIMUM_CHARACTERS, message: `the rule is longer than ${MAXIMUM_CHARACTERS} characters` };
  }
  try {
    const rule = new RuleParser(tokensOf(text)).whole();
    const unknown = children && childrenOf(rule).find(({ name }) => !children.includes(name));
    if (unknown === undefined) return { ok: true, rule };
    return { ok: false, at: unknown.at, message: `no alarm is named "${unknown.name}": expected one of ${children?.join(", ")}` };
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, at: error.at, message: error.message };
    throw error;
  }
}

/** The alarms of a rule, in order, as often as they are named. */
export function childrenOf(rule: CompositeRule): { readonly name: string; readonly at: number }[] {
  switch (rule.kind) {
    case "constant":
      return [];
    case "state":
      return [{ name: rule.alarm, at: rule.at }];
    case "not":
      return childrenOf(rule.operand);
    case "and":
    case "or":
      return rule.operands.flatMap(childrenOf);
    case "at-least":
      return [...rule.alarms];
  }
}

function tokensOf(text: string): Token[] {
  const end = text.trimEnd().length;
  const tokens: Token[] = [];
  for (let position = 0; position < end; ) {
    TOKEN.lastIndex = position;
    const match = TOKEN.exec(text);
    if (match === null) throw new Refusal(position, "a quotation mark is not closed");
    const [whole, quoted, word, symbol] = match;
    position += whole.length;
    const found = word ?? symbol ?? `"${quoted ?? ""}"`;
    const kind = quoted !== undefined ? "quoted" : word !== undefined ? "word" : "symbol";
    tokens.push({ kind, text: quoted ?? found, at: position - found.length });
  }
  return [...tokens, { kind: "end", text: "", at: end }];
}

class RuleParser {
  private readonly tokens: readonly Token[];
  private position = 0;
  private depth = 0;

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  whole(): CompositeRule {
    const rule = this.chain("or");
    if (this.next.kind !== "end") throw this.unexpected("AND, OR or the end");
    return rule;
  }

  private get next(): Token {
    return this.tokens[this.position] ?? { kind: "end", text: "", at: 0 };
  }

  private take(): Token {
    const token = this.next;
    this.position++;
    return token;
  }

  /** AND binds stronger than OR. */
  private chain(kind: "and" | "or"): CompositeRule {
    const operand = () => (kind === "or" ? this.chain("and") : this.term());
    const first = operand();
    const operands = [first];
    while (this.is("word", kind.toUpperCase())) {
      this.take();
      operands.push(operand());
    }
    return operands.length === 1 ? first : { kind, operands };
  }

  /** Everything that nests goes through here: parentheses and NOT. */
  private term(): CompositeRule {
    if (this.depth >= MAXIMUM_DEPTH) throw new Refusal(this.next.at, `the rule is nested more than ${MAXIMUM_DEPTH} levels deep`);
    this.depth++;
    const rule = this.operand();
    this.depth--;
    return rule;
  }

  private operand(): CompositeRule {
    if (this.is("word", "NOT")) {
      this.take();
      return { kind: "not", operand: this.term() };
    }
    if (this.is("symbol", "(")) {
      this.take();
      const rule = this.chain("or");
      this.expect(")");
      return rule;
    }
    if (this.next.kind !== "word") throw this.unexpected("ALARM(...), OK(...), INSUFFICIENT_DATA(...), AT_LEAST(...), TRUE or FALSE");
    if (this.is("word", "TRUE") || this.is("word", "FALSE")) return { kind: "constant", value: this.take().text === "TRUE" };
    if (this.is("word", "AT_LEAST")) return this.atLeast();
    const state = this.state();
    this.expect("(");
    const { name, at } = this.alarm();
    this.expect(")");
    return { kind: "state", state, alarm: name, at };
  }

  private atLeast(): CompositeRule {
    this.take();
    this.expect("(");
    const needed = this.needed();
    this.expect(",");
    const negated = this.is("word", "NOT");
    if (negated) this.take();
    const state = this.state();
    this.expect(",");
    this.expect("(");
    const alarms = [this.alarm()];
    while (this.is("symbol", ",")) {
      this.take();
      alarms.push(this.alarm());
    }
    this.expect(")");
    this.expect(")");
    return { kind: "at-least", needed, state, negated, alarms };
  }

  private needed(): { readonly count: number } | { readonly percent: number } {
    const { kind, text } = this.next;
    const number = Number(kind === "quoted" ? text.replace(/%$/, "") : text);
    const percent = kind === "quoted" && text.endsWith("%");
    if (!percent && kind !== "word") throw this.unexpected('a number of alarms or a share such as "50%"');
    if (!(number > 0) || (percent ? number > 100 : !Number.isInteger(number)))
      throw this.unexpected('a number of alarms or a share such as "50%"');
    this.take();
    return percent ? { percent: number } : { count: number };
  }

  private state(): AlarmState {
    const state = this.next.kind === "word" ? ALARM_STATES.find((known) => known === this.next.text) : undefined;
    if (state === undefined) throw this.unexpected("ALARM, OK or INSUFFICIENT_DATA");
    this.take();
    return state;
  }

  private alarm(): { readonly name: string; readonly at: number } {
    if (this.next.kind !== "word" && this.next.kind !== "quoted") throw this.unexpected("the name of an alarm");
    const { text, at } = this.take();
    return { name: text.startsWith("arn:") ? text.replace(/^arn:[^:]*:cloudwatch:[^:]*:[^:]*:alarm:/, "") : text, at };
  }

  private is(kind: Token["kind"], text: string): boolean {
    return this.next.kind === kind && this.next.text === text;
  }

  private expect(symbol: string): void {
    if (!this.is("symbol", symbol)) throw this.unexpected(`"${symbol}"`);
    this.take();
  }

  private unexpected(expected: string): Refusal {
    const { kind, text, at } = this.next;
    return new Refusal(at, `${kind === "end" ? "the rule ends too early" : `"${text}" cannot stand here`}: expected ${expected}`);
  }
}
