/** Time for many runs at once: it passes when all of them sleep, and then to the next moment at which one wakes. */
export class VirtualTime {
  private readonly sleepers: { readonly wakeAt: number; readonly wake: () => void }[] = [];
  private awake = 0;
  private elapsed = 0;
  private readonly pass: (seconds: number) => void;

  /** `pass` moves the clock that the runs read. */
  constructor(pass: (seconds: number) => void) {
    this.pass = pass;
  }

  /** Everything that sleeps must run in here. */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    this.awake += 1;
    try {
      return await work();
    } finally {
      this.fallAsleep();
    }
  }

  sleep(seconds: number): Promise<void> {
    const woken = new Promise<void>((wake) => this.sleepers.push({ wakeAt: this.elapsed + Math.max(seconds, 1), wake }));
    this.fallAsleep();
    return woken;
  }

  private fallAsleep(): void {
    this.awake -= 1;
    if (this.awake > 0 || this.sleepers.length === 0) return;
    const next = Math.min(...this.sleepers.map(({ wakeAt }) => wakeAt));
    this.pass(next - this.elapsed);
    this.elapsed = next;
    const due = this.sleepers.filter(({ wakeAt }) => wakeAt === next);
    this.sleepers.splice(0, this.sleepers.length, ...this.sleepers.filter(({ wakeAt }) => wakeAt !== next));
    this.awake += due.length;
    for (const { wake } of due) wake();
  }
}
