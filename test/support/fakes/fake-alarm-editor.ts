import type { AlarmConfiguration } from "../../../functions/domain/tuning/alarm-configuration.ts";
import type { AlarmEditor } from "../../../functions/ports/alarm-editor.ts";

/** CloudWatch's alarms in memory, and everything that was put. */
export class FakeAlarmEditor implements AlarmEditor {
  readonly alarms = new Map<string, AlarmConfiguration>();
  readonly puts: AlarmConfiguration[] = [];

  /** Somebody else changes an alarm. */
  edit(alarmName: string, changes: Partial<AlarmConfiguration>): void {
    const alarm = this.alarms.get(alarmName);
    if (alarm === undefined) throw new Error(`there is no alarm ${alarmName} to edit`);
    this.alarms.set(alarmName, { ...alarm, ...changes });
  }

  async put(configuration: AlarmConfiguration): Promise<AlarmConfiguration> {
    this.puts.push(configuration);
    this.alarms.set(configuration.alarmName, configuration);
    return configuration;
  }

  async configurations(names: readonly string[]): Promise<readonly AlarmConfiguration[]> {
    return names.flatMap((name) => this.alarms.get(name) ?? []);
  }

  async remove(names: readonly string[]): Promise<readonly string[]> {
    for (const name of names) this.alarms.delete(name);
    return [];
  }
}
