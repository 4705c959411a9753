import type { Pager } from "../../../functions/ports/pager.ts";

export type PagerMessage = Parameters<Pager["publish"]>[0];

/** Remembers what was published. `failures` are thrown first, one a call. */
export class FakePager implements Pager {
  readonly messages: PagerMessage[] = [];
  readonly failures: Error[] = [];

  async publish(message: PagerMessage): Promise<void> {
    const failure = this.failures.shift();
    if (failure !== undefined) throw failure;
    this.messages.push(structuredClone(message));
  }
}
