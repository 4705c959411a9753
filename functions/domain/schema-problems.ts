import type * as z from "zod/mini";

/**
 * What is wrong with a value, one sentence an issue: where, and what was expected. zod/mini itself says "Invalid input" for everything, since it ships
 * no language. `whole` names the value for issues about all of it.
 */
export function schemaProblems(error: z.core.$ZodError, whole: string): string[] {
  return error.issues.map((issue) => `${issue.path.map(String).join(".") || whole}: ${expectation(issue)}`);
}

function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "unrecognized_keys":
      return `unknown ${issue.keys.length === 1 ? "key" : "keys"} ${issue.keys.join(", ")}: remove`;
    case "invalid_type":
      return `expected ${issue.expected}`;
    case "invalid_value":
      return `expected ${issue.values.length === 1 ? "" : "one of "}${issue.values.map(String).join(", ")}`;
    case "invalid_format":
      return issue.format === "regex" ? `expected text like ${issue.pattern}` : `expected a ${issue.format}`;
    case "too_small":
      return `expected at least ${issue.minimum}${issue.origin === "string" ? " characters" : ""}`;
    case "too_big":
      return `expected at most ${issue.maximum}${issue.origin === "string" ? " characters" : ""}`;
    case "invalid_union":
      return union(issue);
    default:
      return issue.message;
  }
}

function union(issue: z.core.$ZodIssueInvalidUnion): string {
  const options = (issue as { readonly options?: readonly unknown[] }).options;
  if (options !== undefined) return `expected one of ${options.map(String).join(", ")}`;
  const alternatives = issue.errors.map((issues) => issues.map(expectation).join(" and "));
  return alternatives.length > 0 ? alternatives.join(", or ") : issue.message;
}
