import { setTimeout as sleep } from "node:timers/promises";
import { type RecordedReply, ReplyMemory } from "./reply-memory.ts";

/**
 * What goes wrong.
 * - `drop-before-apply` breaks the connection before the API has seen the request, `drop-after-apply` after it was applied (the reply is lost).
 * - `delay` answers late; `stall` does not answer at all and breaks the connection when the caller has not given up by then.
 * - `stale` answers a GET with what it answered before the last write: it strikes only when there is such an answer, and watches never.
 */
export type FaultAction =
  | { readonly kind: "status"; readonly code: 429 | 500 | 503; readonly retryAfterSeconds?: number }
  | { readonly kind: "delay"; readonly milliseconds: number }
  | { readonly kind: "stall"; readonly milliseconds?: number }
  | { readonly kind: "drop-before-apply" }
  | { readonly kind: "drop-after-apply" }
  | { readonly kind: "stale" };

/** A fault for tests: which requests it meets, what happens to them, and how often. */
export interface FaultSpec {
  /** @default any method */
  readonly method?: string;
  /** Part of the path with query. @default any path */
  readonly path?: string;
  /** Regular expression that the path with query must match, besides `path`. @default any path */
  readonly pathPattern?: string;
  /** Which of the two ports. @default "kubernetes" */
  readonly server?: "kubernetes" | "eks";
  /** Whose requests; the demo's own (admin) are spared unless asked for. @default "eks" (callers with an EKS token) */
  readonly caller?: "eks" | "admin" | "any";
  readonly action: FaultAction;
  /** @default 1 */
  readonly times?: number;
  /** How many matching requests pass first. @default 0 */
  readonly skip?: number;
  /** The same counted from 1: the first occurrence that it strikes. @default skip + 1 */
  readonly nth?: number;
}

/** A fault that was planted; `hits` says how often it struck, so that a test can prove it did, and `accepted` how many of those the API then accepted. */
export interface Fault extends FaultSpec {
  readonly id: number;
  readonly hits: number;
  readonly accepted: number;
}

export interface FaultedRequest {
  readonly server: "kubernetes" | "eks";
  readonly caller: "eks" | "admin";
  readonly method: string;
  readonly path: string;
}

/** What strikes a request: `stale` comes with the reply to give. */
export type Strike = Exclude<FaultAction, { kind: "stale" }> | { readonly kind: "stale"; readonly reply: RecordedReply };

interface LiveFault extends FaultSpec {
  readonly id: number;
  hits: number;
  accepted: number;
  passed: number;
}

/** How long a stalled connection stays open at most. */
const STALL_MILLISECONDS = 60_000;

function meets(fault: FaultSpec, request: FaultedRequest): boolean {
  const caller = fault.caller ?? "eks";
  return (
    (fault.server ?? "kubernetes") === request.server &&
    (caller === "any" || request.server === "eks" || caller === request.caller) &&
    (fault.method === undefined || fault.method === request.method) &&
    (fault.path === undefined || request.path.includes(fault.path)) &&
    (fault.pathPattern === undefined || new RegExp(fault.pathPattern).test(request.path))
  );
}

/** The faults of one front. */
export class FaultBook {
  /** Every answer to a GET, while a `stale` fault is planted. */
  readonly replies = new ReplyMemory();
  readonly #faults: LiveFault[] = [];
  #lastId = 0;

  add(spec: FaultSpec): Fault {
    this.#lastId += 1;
    const fault: LiveFault = { ...spec, id: this.#lastId, hits: 0, accepted: 0, passed: 0 };
    this.#faults.push(fault);
    if (spec.action.kind === "stale") this.replies.start();
    return fault;
  }

  list(): readonly Fault[] {
    return this.#faults;
  }

  clear(): void {
    this.#faults.length = 0;
    this.replies.stop();
  }

  /** What becomes of a request that a `delay` only held up; undefined where nobody counts. */
  answerTo(request: FaultedRequest): ((code: number) => void) | undefined {
    const held = this.#faults.filter((fault) => fault.action.kind === "delay" && meets(fault, request));
    if (held.length === 0) return undefined;
    return (code) => {
      if (code < 300) for (const fault of held) fault.accepted += 1;
    };
  }

  /** The fault that strikes this request, if one does; it counts as hit. */
  strike(request: FaultedRequest): Strike | undefined {
    for (const fault of this.#faults) {
      if (fault.hits >= (fault.times ?? 1) || !meets(fault, request)) continue;
      const { action } = fault;
      const skip = fault.nth === undefined ? (fault.skip ?? 0) : fault.nth - 1;
      if (fault.passed < skip) {
        fault.passed += 1;
        continue;
      }
      if (action.kind !== "stale") {
        fault.hits += 1;
        return action;
      }
      const reply = request.method === "GET" ? this.replies.beforeLastWrite(request.path) : undefined;
      if (!reply) continue;
      fault.hits += 1;
      return { kind: "stale", reply };
    }
    return undefined;
  }
}

/** Keeps a request waiting until its caller hangs up, or the time of the fault is over. */
export async function stall(action: Extract<FaultAction, { kind: "stall" }>, hungUp: AbortSignal): Promise<void> {
  // whoever hangs up ends the wait early, which is how a stall should end
  await sleep(action.milliseconds ?? STALL_MILLISECONDS, undefined, { signal: hungUp }).catch(() => undefined);
}
