import { inWindow, oneAlarm, type TriggerPreset } from "./trigger-preset.ts";
import type { TriggerPresetName } from "./trigger-preset-names.ts";

type ResourcePreset = Extract<
  TriggerPresetName,
  `infra-${string}` | `business-${string}` | "memory-90" | "db-errors" | "security-auth-failures"
>;

function infrastructure(what: string, signal: string, percent: number, advice: string | null): TriggerPreset {
  return {
    seed: "003",
    rule: `${what} over ${percent} %, 2 violations of 3 min`,
    class: "infrastructure",
    severity: "high",
    alarms: oneAlarm(signal, { when: `> ${percent}%`, ...inWindow(2, 2, "180s") }),
    advice,
    instead: null,
  };
}

function business(what: string, signal: string, when: string): TriggerPreset {
  return {
    seed: "003",
    rule: `${what} against 1 h before, every 15 min, 3 violations`,
    class: "business",
    severity: "medium",
    alarms: oneAlarm(signal, { when, against: "season", ...inWindow(3, 3, "900s") }),
    advice: "follows the time of day: it needs a seasonal baseline (default) or a control; against the hour before it fires every evening",
    instead: null,
  };
}

/** Resources, the database, business figures and attacks (seeds 002, 003). */
export const RESOURCE_PRESETS: Readonly<Record<ResourcePreset, TriggerPreset>> = {
  "memory-90": {
    seed: "002",
    rule: "memory over 90 % for 10 min",
    class: "infrastructure",
    severity: "critical",
    alarms: oneAlarm("memory_utilization", { when: "> 90%", ...inWindow(10, 10, "60s") }),
    advice:
      "the worst pod is what counts: use a signal with stat Maximum. A leak can reach its limit within the 10 min: a trend sees it earlier",
    instead: null,
  },
  "infra-cpu-90": infrastructure("CPU", "cpu_utilization", 90, null),
  "infra-memory-85": infrastructure("memory", "memory_utilization", 85, null),
  "infra-disk-80": infrastructure("disk", "disk_utilization", 80, "disks of RDS need the signal's capacity"),
  "infra-connections-80": infrastructure("database connections", "db_connections_utilization", 80, "RDS needs the signal's capacity"),
  "db-errors": {
    seed: "002",
    rule: "more than 10 connection errors in 2 min",
    class: "database",
    severity: "high",
    alarms: oneAlarm("db_errors", { when: "> 10", ...inWindow(1, 1, "120s") }),
    advice: "RDS has no such metric: the application must publish it",
    instead: null,
  },
  "business-satisfaction-20": business("satisfaction down by 20 %", "user_satisfaction", "< baseline - 20%"),
  "business-conversion-15": business("conversion down by 15 %", "conversion_rate", "< baseline - 15%"),
  "business-errors-10": business("errors up by 10 %", "business_error_rate", "> baseline + 10%"),
  "business-session-25": business("sessions shorter by 25 %", "session_duration", "< baseline - 25%"),
  "security-auth-failures": {
    seed: "003",
    rule: "more than 10 % of the authentications fail",
    class: "security",
    severity: "critical",
    alarms: oneAlarm("auth_failure_rate", { when: "> 10%", ...inWindow(2, 3, "60s") }),
    advice: "somebody who guesses passwords raises it without any change of yours",
    instead: null,
  },
};
