import type { AttributeMap } from "../../../../functions/adapters/aws/attribute-value.ts";

interface Placeholders {
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Readonly<AttributeMap>;
}

const TOKEN = /\s*(<>|<=|>=|[()=<>,]|[#:]?\w+)/y;

/** Does an item (none: an empty one) fulfil a condition? Knows AND, OR, comparisons of strings and numbers, attribute_exists, attribute_not_exists and begins_with. */
export function fulfils(
  item: AttributeMap,
  expression: string,
  { ExpressionAttributeNames = {}, ExpressionAttributeValues = {} }: Placeholders,
) {
  const tokens = tokensOf(expression);
  const next = () => {
    const token = tokens.shift();
    if (token === undefined) throw new Error(`the condition ends too early: ${expression}`);
    return token;
  };
  const expect = (wanted: string) => {
    const token = next();
    if (token !== wanted) throw new Error(`expected ${wanted}, got ${token}: ${expression}`);
  };
  const operand = (token: string) => {
    const value = token.startsWith(":") ? ExpressionAttributeValues[token] : item[ExpressionAttributeNames[token] ?? token];
    return value?.S ?? (value?.N === undefined ? undefined : Number(value.N));
  };
  const primary = (): boolean => {
    const token = next();
    if (token === "(") {
      const inside = or();
      expect(")");
      return inside;
    }
    if (token === "attribute_exists" || token === "attribute_not_exists") {
      expect("(");
      const name = next();
      expect(")");
      return (item[ExpressionAttributeNames[name] ?? name] !== undefined) === (token === "attribute_exists");
    }
    if (token === "begins_with") {
      expect("(");
      const value = operand(next());
      expect(",");
      const prefix = operand(next());
      expect(")");
      return String(value ?? "").startsWith(String(prefix));
    }
    return compare(operand(token), next(), operand(next()));
  };
  const and = (): boolean => {
    let result = primary();
    while (tokens[0] === "AND") {
      next();
      const right = primary();
      result = result && right;
    }
    return result;
  };
  const or = (): boolean => {
    let result = and();
    while (tokens[0] === "OR") {
      next();
      const right = and();
      result = result || right;
    }
    return result;
  };
  const result = or();
  if (tokens.length > 0) throw new Error(`not understood from ${tokens[0]} on: ${expression}`);
  return result;
}

function compare(left: string | number | undefined, operator: string, right: string | number | undefined): boolean {
  // DynamoDB: a comparison with what is not there is false, except that it is unequal
  if (left === undefined || right === undefined) return operator === "<>" && left !== right;
  switch (operator) {
    case "=":
      return left === right;
    case "<>":
      return left !== right;
    case "<=":
      return left <= right;
    case "<":
      return left < right;
    case ">=":
      return left >= right;
    case ">":
      return left > right;
    default:
      throw new Error(`unknown operator ${operator}`);
  }
}

function tokensOf(expression: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < expression.trimEnd().length) {
    const match = TOKEN.exec(expression);
    if (match === null) throw new Error(`the condition has an unknown sign: ${expression}`);
    tokens.push(match[1] ?? "");
  }
  return tokens;
}
