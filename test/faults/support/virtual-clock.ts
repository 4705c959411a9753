interface Timer {
  readonly at: number;
  readonly wake: () => void;
}

/** Time that passes only while everybody waits: the next timer is due as soon as nothing else can go on. */
export class VirtualClock {
  #now: number;
  #isPumping = false;
  readonly #timers: Timer[] = [];

  constructor(start: Date) {
    this.#now = start.getTime();
  }

  /** Epoch milliseconds. */
  get milliseconds(): number {
    return this.#now;
  }

  now(): Date {
    return new Date(this.#now);
  }

  sleep(milliseconds: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#timers.push({ at: this.#now + milliseconds, wake: resolve });
    this.#pump();
    return promise;
  }

  /** One timer after the other, each once all that the one before has woken waits again. */
  #pump(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    setImmediate(() => {
      this.#isPumping = false;
      this.#timers.sort((one, other) => one.at - other.at);
      const next = this.#timers.shift();
      if (next === undefined) return;
      this.#now = next.at;
      next.wake();
      this.#pump();
    });
  }
}
