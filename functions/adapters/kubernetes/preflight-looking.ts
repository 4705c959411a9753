import { PermissionError } from "../../domain/errors.ts";
import type { Looked } from "../../domain/preflight-facts.ts";
import { describeAccess } from "../../domain/rbac-rules.ts";

/** One read: its answer, or why there is none. */
export type Look = <T>(read: () => Promise<T>) => Promise<Looked<T>>;

/** Reads that share one deadline. What fails or comes too late is not checked; a missing right names the rule to add. */
export function lookWithin(milliseconds: number): { readonly look: Look; end(): void } {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Looked<never>>((resolve) => {
    timer = setTimeout(() => resolve(notChecked(`no answer within ${milliseconds} ms`)), milliseconds);
  });
  return {
    look: (read) => Promise.race([attempt(read), late]),
    end: () => clearTimeout(timer),
  };
}

export function notChecked(reason: string, fix = ""): Looked<never> {
  return { notChecked: reason, fix };
}

/** A fact made out of another one, where that was looked at. */
export function from<T, R>(fact: Looked<T>, make: (value: T) => R): Looked<R> {
  return "value" in fact ? { value: make(fact.value) } : fact;
}

async function attempt<T>(read: () => Promise<T>): Promise<Looked<T>> {
  try {
    return { value: await read() };
  } catch (error) {
    if (error instanceof PermissionError) return notChecked("not allowed", missingRule(error));
    if (error instanceof Error) return notChecked(error.message);
    throw error;
  }
}

function missingRule({ details, message }: PermissionError): string {
  const { verb, resource, apiGroup } = details;
  if (typeof verb !== "string" || typeof resource !== "string" || typeof apiGroup !== "string") return message;
  return `add ${describeAccess({ verb, resource, apiGroup })} to the Role of rollguard:read`;
}
