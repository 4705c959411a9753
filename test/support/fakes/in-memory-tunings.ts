import type { TunedAlarm } from "../../../functions/domain/tuning/tuned-alarm.ts";
import type { Tunings } from "../../../functions/ports/tunings.ts";

/** Tunings in memory, with the conditions of the table. */
export class InMemoryTunings implements Tunings {
  readonly records = new Map<string, TunedAlarm>();

  async ofService(service: string): Promise<readonly TunedAlarm[]> {
    return [...this.records.values()].filter((record) => record.service === service);
  }

  async keep(record: TunedAlarm): Promise<boolean> {
    if ((this.find(record)?.revision ?? 0) !== record.revision - 1) return false;
    this.records.set(keyOf(record), record);
    return true;
  }

  async applied(record: TunedAlarm, at: string): Promise<boolean> {
    const kept = this.find(record);
    if (kept?.revision !== record.revision) return false;
    this.records.set(keyOf(record), { ...kept, appliedAt: at });
    return true;
  }

  async forget(record: TunedAlarm): Promise<boolean> {
    return this.find(record)?.revision === record.revision && this.records.delete(keyOf(record));
  }

  private find(record: TunedAlarm): TunedAlarm | undefined {
    return this.records.get(keyOf(record));
  }
}

function keyOf({ service, trigger }: TunedAlarm): string {
  return `${service} ${trigger}`;
}
