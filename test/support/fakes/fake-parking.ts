import type { Parking } from "../../../functions/ports/parking.ts";

/** Remembers what was parked. `failures` are thrown first, one a call. */
export class FakeParking implements Parking {
  readonly parked: { readonly record: unknown; readonly reason: string }[] = [];
  readonly failures: Error[] = [];

  async park(record: unknown, reason: string): Promise<void> {
    const failure = this.failures.shift();
    if (failure !== undefined) throw failure;
    this.parked.push({ record, reason });
  }
}
