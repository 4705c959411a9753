import { inWindow, oneAlarm, type TriggerPreset } from "./trigger-preset.ts";
import type { TriggerPresetName } from "./trigger-preset-names.ts";

type HealthPreset = Extract<TriggerPresetName, `health-${string}`>;
const FAILING = { when: ">= 1" };

/** Failing health checks (seeds 001, 002, 003). Levels such as ALB's UnHealthyHostCount are bad from 1 on; counters say how many failed. */
export const HEALTH_PRESETS: Readonly<Record<HealthPreset, TriggerPreset>> = {
  "health-critical": {
    seed: "003",
    rule: "3 consecutive failures within 2 min",
    class: "health",
    severity: "critical",
    alarms: oneAlarm("unhealthy_hosts", { ...FAILING, ...inWindow(3, 3, "60s") }, [
      { on: "every-30s", shape: { ...FAILING, ...inWindow(3, 3, "30s") } },
    ]),
    advice: "on a signal with a value every minute (ALB) it takes 5 min and not the 2 of its rule: use a signal with a value every 30 s",
    instead: null,
  },
  "health-non-critical": {
    seed: "003",
    rule: "5 consecutive failures within 5 min",
    class: "health",
    severity: "high",
    alarms: oneAlarm("unhealthy_hosts", { ...FAILING, ...inWindow(5, 5, "60s") }),
    advice: null,
    instead: null,
  },
  "health-deploy": {
    seed: "001",
    rule: "3 consecutive failures, a check every 10 s",
    class: "health",
    severity: "high",
    alarms: oneAlarm("health_failures", { ...FAILING, ...inWindow(3, 3, "10s") }),
    advice: "data of less than a minute is kept for 3 h, so it can be neither backtested nor calibrated",
    instead: "health-critical",
  },
  "health-count": {
    seed: "002",
    rule: "3 or more failures in 5 min",
    class: "health",
    severity: "high",
    alarms: oneAlarm("health_failures", { when: ">= 3", ...inWindow(1, 1, "300s") }, [
      { on: "level", shape: { ...FAILING, ...inWindow(3, 5, "60s") } },
    ]),
    advice: null,
    instead: null,
  },
};
