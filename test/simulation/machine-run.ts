import type { Approval } from "../../functions/domain/approval.ts";
import type { RollbackInput } from "../../functions/domain/rollback-document.ts";
import { rollbackDefinition, type TaskHandler } from "../support/machine/run-rollback.ts";
import { follow, type Json, named, pathOf, type Retrier, type State } from "./asl-language.ts";
import type { Random } from "./random.ts";
import type { Timer, VirtualTime } from "./virtual-time.ts";

/** A function runs at most this long; then it is killed, and what it has sent goes on by itself. */
export const FUNCTION_SECONDS = 50;

export interface MachineHost {
  readonly time: VirtualTime;
  readonly random: Random;
  readonly handlers: Readonly<Record<string, TaskHandler>>;
  /** Tokens of tasks that wait for an answer. */
  readonly tokens: { issue(): string; answer(token: string): Promise<Approval>; end(token: string): void };
  /** What goes wrong with an invocation before the function runs; null mostly. */
  invocationFault(state: string): Error | null;
  ended(run: MachineRun): void;
}

/**
 * One execution of the real ASL file as a coroutine in virtual time: states in the machine's order, retries with their back-off, catches, timeouts. It can be
 * stopped anywhere; the function that runs just then runs on, as on AWS.
 */
export class MachineRun {
  status: "RUNNING" | "SUCCEEDED" | "FAILED" | "ABORTED" | "TIMED_OUT" = "RUNNING";
  document: Json;
  state: string;
  error: string | null = null;
  readonly visited: string[] = [];
  readonly input: RollbackInput;
  private readonly host: MachineHost;
  private readonly limit: Timer;

  constructor(input: RollbackInput, host: MachineHost) {
    this.input = input;
    this.host = host;
    this.document = structuredClone(input) as unknown as Json;
    this.state = DEFINITION.StartAt;
    this.limit = host.time.after(DEFINITION.TimeoutSeconds, () => this.end("TIMED_OUT", "States.Timeout"));
  }

  get name(): string {
    return this.input.execution.name;
  }

  get service(): string {
    return this.input.trigger.service;
  }

  stop(): void {
    this.end("ABORTED", null);
  }

  async play(): Promise<void> {
    while (this.status === "RUNNING") {
      const state = DEFINITION.States[this.state];
      if (state === undefined) throw new Error(`no state ${this.state}`);
      this.visited.push(this.state);
      const next = await this.enter(this.state, state);
      if (next !== null) this.state = next;
    }
  }

  /** The state after this one; null at the end. */
  private async enter(name: string, state: State): Promise<string | null> {
    switch (state.Type) {
      case "Succeed":
        return this.end("SUCCEEDED", null);
      case "Fail":
        return this.end("FAILED", state.Error ?? String(pathOf(this.document, state.ErrorPath ?? "$")));
      case "Choice":
        return follow(state, this.document);
      case "Wait":
        await this.host.time.sleep(Number(pathOf(this.document, state.SecondsPath ?? "$")));
        return state.Next ?? null;
      case "Task":
        return this.task(name, state);
    }
  }

  private async task(name: string, state: State): Promise<string | null> {
    const tries = new Map<Retrier, number>();
    for (;;) {
      try {
        const output = await this.once(name, state);
        if (this.status !== "RUNNING") return null;
        this.put(state.ResultPath, output);
        return state.Next ?? null;
      } catch (thrown) {
        if (this.status !== "RUNNING") return null;
        const error = thrown as Error;
        const retrier = state.Retry?.find(({ ErrorEquals }) => ErrorEquals.includes(error.name) || ErrorEquals.includes("States.ALL"));
        const tried = retrier === undefined ? 0 : (tries.get(retrier) ?? 0);
        if (retrier !== undefined && tried < retrier.MaxAttempts) {
          tries.set(retrier, tried + 1);
          const gap = Math.min(retrier.MaxDelaySeconds, retrier.IntervalSeconds * retrier.BackoffRate ** tried);
          await this.host.time.sleep(gap * this.host.random.next());
          if (this.status !== "RUNNING") return null;
          continue;
        }
        const catcher = state.Catch?.find(({ ErrorEquals }) => ErrorEquals.includes(error.name) || ErrorEquals.includes("States.ALL"));
        if (catcher === undefined) return this.end("FAILED", error.name);
        this.put(catcher.ResultPath, { Error: error.name, Cause: error.message });
        return catcher.Next;
      }
    }
  }

  private async once(name: string, state: State): Promise<unknown> {
    const fault = this.host.invocationFault(name);
    if (fault !== null) throw fault;
    const handler = this.host.handlers[name];
    if (handler === undefined) throw new Error(`no handler for ${name}`);
    // as it is: every function parses its own copy of it at the door
    const { document } = this;
    if (state.Resource?.endsWith(".waitForTaskToken") !== true)
      return await this.limited(handler(document), FUNCTION_SECONDS, "Sandbox.Timedout");
    const token = this.host.tokens.issue();
    try {
      await this.limited(handler({ taskToken: token, document }), FUNCTION_SECONDS, "Sandbox.Timedout");
      return await this.limited(this.host.tokens.answer(token), state.TimeoutSeconds ?? 0, "States.Timeout");
    } finally {
      this.host.tokens.end(token);
    }
  }

  /** The answer, or an error of that name when it takes too long. Nobody waits for the work then, and it may still be done. */
  private async limited<Answer>(work: Promise<Answer>, seconds: number, name: string): Promise<Answer> {
    let timer: Timer | null = null;
    const late = new Promise<never>((_, reject) => {
      timer = this.host.time.after(seconds, () => reject(named(name, `${this.state} took more than ${seconds} s`)));
    });
    try {
      return await Promise.race([work, late]);
    } finally {
      (timer as Timer | null)?.cancel();
    }
  }

  private put(path: string | undefined, value: unknown): void {
    const slice = path?.slice("$.".length);
    if (slice === undefined || slice === "") throw new Error(`${this.state} has no slice of its own`);
    this.document = { ...this.document, [slice]: structuredClone(value) as Json };
  }

  private end(status: MachineRun["status"], error: string | null): null {
    if (this.status !== "RUNNING") return null;
    this.status = status;
    this.error = error;
    this.limit.cancel();
    this.host.ended(this);
    return null;
  }
}

const DEFINITION: { readonly StartAt: string; readonly TimeoutSeconds: number; readonly States: Readonly<Record<string, State>> } =
  rollbackDefinition();
