import type { TunedAlarm } from "../domain/tuning/tuned-alarm.ts";

/** What alarms were tuned to. Throws `TransientUpstreamError` or `PermissionError`. */
export interface Tunings {
  ofService(service: string): Promise<readonly TunedAlarm[]>;
  /** Replaces the record of revision `record.revision - 1` (the first: where there is none). False when another tuner was faster. */
  keep(record: TunedAlarm): Promise<boolean>;
  /** Notes that the alarm of this very revision was read back as it should be. False when another tuner has written meanwhile. */
  applied(record: TunedAlarm, at: string): Promise<boolean>;
  /** Forgets the record of this very revision: its alarm is gone. False when another tuner has written meanwhile. */
  forget(record: TunedAlarm): Promise<boolean>;
}
