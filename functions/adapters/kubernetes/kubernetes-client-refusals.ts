import { TransientUpstreamError } from "../../domain/errors.ts";
import { redactedTo } from "../../domain/redact.ts";
import type { HttpAnswer } from "../http/http-exchange.ts";
import { type KubernetesStatus, rbacRefusal } from "./kubernetes-errors.ts";

const MOST_MESSAGE_CHARACTERS = 500;
/** Its words are the server's own up to here, and `v1.Secret.Data: ...` in them is a field's place. */
const DECODER = /error found in #\d+ byte$/;

/** Why a write was not stored, where that is an answer and no accident. */
export interface WriteRefusal {
  readonly outcome: "conflict" | "denied";
  readonly message: string;
}

/** A denial by admission or validation, and a lost race, are answers; null for everything else. */
export function writeRefusal(answer: HttpAnswer): WriteRefusal | null {
  const { message: whole = textOf(answer), details } = statusOf(answer);
  const message = messageOf(answer);
  switch (answer.status) {
    case 409:
      return { outcome: "conflict", message };
    case 422:
      // A failed `test` is 422 without causes; a webhook may deny with 422 too, and names itself.
      return details?.causes?.length || /admission webhook/.test(whole) ? { outcome: "denied", message } : { outcome: "conflict", message };
    case 400:
      return { outcome: "denied", message };
    case 403:
      return rbacRefusal(whole) ? null : { outcome: "denied", message };
    case 500:
      return /failed calling webhook/.test(whole) ? { outcome: "denied", message } : null;
    default:
      return null;
  }
}

/** The error for an answer that is none of a request's outcomes. */
export function refusal(answer: HttpAnswer, request: string): Error {
  const { status } = answer;
  const message = messageOf(answer);
  if (status === 408 || status === 429 || status >= 500) {
    return new TransientUpstreamError(`${request} was answered ${status}: ${message}`, { status });
  }
  if (status === 410) return new TransientUpstreamError(`${request}: the list changed while it was read`, { status });
  if (status === 403) return rbacRefusal(message) ?? new Error(`${request} was answered 403: ${message}`);
  return new Error(`${request} was answered ${status}: ${message}`);
}

/** What the server said, without the values that it repeats, nor those that an admission webhook names, and not longer than a record needs. */
export function messageOf(answer: HttpAnswer): string {
  const status = statusOf(answer);
  const said = withoutValues(fieldsOf(status) ?? status.message ?? textOf(answer));
  return DECODER.test(said) ? said.slice(0, MOST_MESSAGE_CHARACTERS) : redactedTo(MOST_MESSAGE_CHARACTERS, said);
}

export function statusOf(answer: HttpAnswer): KubernetesStatus {
  try {
    return (JSON.parse(textOf(answer)) as KubernetesStatus | null) ?? {};
  } catch {
    return {};
  }
}

/** The body as an object. Throws TransientUpstreamError when it is none, and a plain error when it was too long to be read whole. */
export function parsed<T>(answer: HttpAnswer, path: string): T {
  if (!answer.whole) throw new Error(`the answer to ${path} is larger than ${answer.bytes.length / 1024 / 1024} MiB`);
  try {
    return JSON.parse(textOf(answer)) as T;
  } catch (cause) {
    throw new TransientUpstreamError(`the answer to ${path} is not JSON`, { path }, { cause });
  }
}

function textOf(answer: HttpAnswer): string {
  return answer.bytes.toString("utf8");
}

/** A validation error prints the values, a whole pod template with its environment for one: the record gets the fields alone. */
function fieldsOf({ message = "", details }: KubernetesStatus): string | null {
  const causes = details?.causes?.filter(({ field }) => field !== undefined) ?? [];
  if (causes.length === 0) return null;
  const fields = causes.map((cause) => {
    // Server-side apply names the other manager, and no values.
    if (cause.reason === "FieldManagerConflict") return `${cause.field} (${cause.message ?? cause.reason})`;
    return cause.reason === undefined ? cause.field : `${cause.field} (${cause.reason})`;
  });
  return `${message.split(": ", 1)[0]}: ${fields.join(", ")}`;
}

/** Validation without causes prints what it refuses, and the decoder prints what stands around the byte where it stopped. */
function withoutValues(message: string): string {
  return message.replace(/((?:Invalid|Unsupported|Duplicate) value|error found in #\d+ byte)\b[\s\S]*$/, "$1");
}
