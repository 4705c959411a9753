import { FakeWaitingRun } from "../support/fakes/fake-waiting-run.ts";

/** Step Functions' side of the tokens: whoever waits under one hears of its answer at once. */
export class Tokens {
  readonly run = new FakeWaitingRun();
  private readonly waiting = new Map<string, (approval: never) => void>();

  constructor() {
    const answer = this.run.answer.bind(this.run);
    this.run.answer = async (token, approval) => {
      const outcome = await answer(token, approval);
      if (outcome === "taken") this.waiting.get(token)?.(structuredClone(approval) as never);
      return outcome;
    };
  }

  issue(): string {
    return this.run.issue();
  }

  answer(token: string): Promise<never> {
    const before = this.run.answered(token);
    if (before !== null) return Promise.resolve(before as never);
    return new Promise((resolve) => this.waiting.set(token, resolve));
  }

  end(token: string): void {
    this.waiting.delete(token);
    this.run.end(token);
  }
}
