import type { AlarmConfiguration } from "../domain/tuning/alarm-configuration.ts";

/** Metric alarms of our own, made and removed. Throws `TransientUpstreamError` or `PermissionError`. */
export interface AlarmEditor {
  /**
   * Replaces the alarm as a whole, or makes it, and answers with what was read back after it, which is equal to what was put. Throws
   * `TransientUpstreamError`, naming the differences, where it was not.
   */
  put(configuration: AlarmConfiguration): Promise<AlarmConfiguration>;
  /** Metric alarms as they are; those that do not exist are left out. */
  configurations(names: readonly string[]): Promise<readonly AlarmConfiguration[]>;
  /** Removes them; those that do not exist are no error. Answers with the names that are still there when it is read back. */
  remove(names: readonly string[]): Promise<readonly string[]>;
}
