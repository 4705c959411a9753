import type { Clock } from "../../functions/ports/clock.ts";

interface Due {
  readonly at: number;
  readonly order: number;
  readonly act: () => unknown;
  cancelled: boolean;
}

/** Something that happens later, unless it is taken back before. */
export interface Timer {
  cancel(): void;
}

/**
 * A clock that jumps from one thing that is due to the next. Whoever waits on it is a coroutine: between two things that are due everybody runs until he
 * waits again, so that functions of different executions really interleave, at each call of a port, and the same way with the same seed.
 */
export class VirtualTime implements Clock {
  private readonly heap: Due[] = [];
  private order = 0;
  private epochSeconds: number;
  private readonly failures: unknown[] = [];

  constructor(start: string) {
    this.epochSeconds = Date.parse(start) / 1000;
  }

  now(): Date {
    return new Date(Math.round(this.epochSeconds * 1000));
  }

  seconds(): number {
    return this.epochSeconds;
  }

  /** `act` may be asynchronous; what it throws ends `run`. */
  after(seconds: number, act: () => unknown): Timer {
    const due: Due = { at: this.epochSeconds + Math.max(0, seconds), order: this.order++, act, cancelled: false };
    push(this.heap, due);
    return {
      cancel: () => {
        due.cancelled = true;
      },
    };
  }

  sleep(seconds: number): Promise<void> {
    return new Promise((resolve) => this.after(seconds, resolve));
  }

  /** Ends `run` as soon as everybody waits again, wherever it is said: a state machine would take it for a failure of its own. */
  fail(error: unknown): void {
    this.failures.push(error);
  }

  /** What nobody waits for must not fail unseen. */
  watch(work: Promise<unknown>): void {
    work.catch((error) => this.fail(error));
  }

  /** Plays until nothing is due before `untilEpochSeconds`. Throws the first failure of what was played. */
  async run(untilEpochSeconds: number): Promise<void> {
    for (;;) {
      const due = this.heap[0];
      if (due === undefined || due.at > untilEpochSeconds) break;
      pop(this.heap);
      if (due.cancelled) continue;
      this.epochSeconds = due.at;
      const work = due.act();
      if (work instanceof Promise) this.watch(work);
      // everybody runs on until he waits again
      await new Promise(setImmediate);
      if (this.failures.length > 0) throw this.failures[0];
    }
    this.epochSeconds = Math.max(this.epochSeconds, untilEpochSeconds);
  }
}

const isBefore = (one: Due, other: Due) => one.at < other.at || (one.at === other.at && one.order < other.order);

function push(heap: Due[], due: Due): void {
  let index = heap.length;
  heap.push(due);
  while (index > 0) {
    const parent = (index - 1) >> 1;
    if (!isBefore(due, heap[parent] as Due)) break;
    heap[index] = heap[parent] as Due;
    index = parent;
  }
  heap[index] = due;
}

function pop(heap: Due[]): void {
  const last = heap.pop() as Due;
  if (heap.length === 0) return;
  let index = 0;
  for (;;) {
    const left = 2 * index + 1;
    if (left >= heap.length) break;
    const right = left + 1;
    const child = right < heap.length && isBefore(heap[right] as Due, heap[left] as Due) ? right : left;
    if (!isBefore(heap[child] as Due, last)) break;
    heap[index] = heap[child] as Due;
    index = child;
  }
  heap[index] = last;
}
