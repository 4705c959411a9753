/** An answer as it went over the wire. */
export interface RecordedReply {
  readonly code: number;
  readonly contentType: string;
  readonly body: string;
}

interface Memory {
  readonly writes: number;
  readonly reply: RecordedReply;
}

/** Remembers what each GET answered before and after the last write, so that a stale cache can be played. */
export class ReplyMemory {
  #isRunning = false;
  #writes = 0;
  readonly #byPath = new Map<string, { latest: Memory; before?: Memory }>();

  get isRunning(): boolean {
    return this.#isRunning;
  }

  start(): void {
    this.#isRunning = true;
  }

  stop(): void {
    this.#isRunning = false;
    this.#byPath.clear();
  }

  /** A write has been applied, by whomever. */
  sawWrite(): void {
    this.#writes += 1;
  }

  sawReply(path: string, reply: RecordedReply): void {
    if (!this.#isRunning) return;
    const known = this.#byPath.get(path);
    const latest = { writes: this.#writes, reply };
    const before = known && known.latest.writes < this.#writes ? known.latest : known?.before;
    this.#byPath.set(path, { latest, ...(before ? { before } : {}) });
  }

  /** What this path answered before the last write, or undefined when it was not asked then. */
  beforeLastWrite(path: string): RecordedReply | undefined {
    const known = this.#byPath.get(path);
    if (!known) return undefined;
    return known.latest.writes < this.#writes ? known.latest.reply : known.before?.reply;
  }
}
