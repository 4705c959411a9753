import { inWindow, oneAlarm, type PresetAlarm, type TriggerPreset } from "./trigger-preset.ts";
import type { TriggerPresetName } from "./trigger-preset-names.ts";

type RequestPreset = Extract<TriggerPresetName, `error-rate-${string}` | `latency-${string}` | "throughput-drop" | "queue-backlog">;

const APPROXIMATION = "takes 10 to 12 min where the seed's sliding reading takes about 6: an approximation";

/** Tail latencies of a tier: 2 violations of a 5-min window, an alarm for each percentile. */
function tails(p95: string, p99: string): readonly PresetAlarm[] {
  return [
    { suffix: "p95", signal: "latency_p95", shape: { when: `> ${p95}`, ...inWindow(2, 2, "300s") }, shapes: [] },
    { suffix: "p99", signal: "latency_p99", shape: { when: `> ${p99}`, ...inWindow(2, 2, "300s") }, shapes: [] },
  ];
}

const PERFORMANCE = { class: "performance", severity: "high", instead: null } as const;

/** What requests show: errors, latency, throughput, the queue behind them (seeds 000 to 003). */
export const REQUEST_PRESETS: Readonly<Record<RequestPreset, TriggerPreset>> = {
  "error-rate-slo": {
    ...PERFORMANCE,
    seed: "000",
    rule: "1 % or more of the requests fail",
    alarms: oneAlarm("error_rate", { when: ">= 1%", ...inWindow(2, 3, "60s") }),
    advice: null,
  },
  "error-rate-deploy": {
    ...PERFORMANCE,
    seed: "001",
    rule: "more than 10 % of the requests fail over 10 min",
    alarms: oneAlarm("error_rate", { when: "> 10%", ...inWindow(1, 1, "600s") }),
    advice: "10 min are long for 10 % of the users: error-rate-slo is faster and stricter",
  },
  "error-rate-2x": {
    ...PERFORMANCE,
    severity: "critical",
    seed: "002",
    rule: "errors per minute over 2 x baseline for 5 min",
    // Ten errors are also the least that is judged: where errors are rare, a count has no other sample.
    alarms: oneAlarm("error_count", { when: "> 2x baseline", floor: "10", ...inWindow(1, 1, "300s") }, [
      { on: "percent", shape: { when: "> 2x baseline", floor: "1%", ...inWindow(1, 1, "300s") } },
    ]),
    advice: "errors per minute grow with traffic: prefer error-rate-plus-5",
  },
  "error-rate-plus-5": {
    ...PERFORMANCE,
    seed: "003",
    rule: "more than 5 percentage points over baseline, 2 violations of 5 min",
    alarms: oneAlarm("error_rate", { when: "> baseline + 5pp", ...inWindow(2, 3, "300s") }),
    advice: null,
  },
  "latency-1.5x": {
    ...PERFORMANCE,
    seed: "002",
    rule: "p95 over 1.5 x baseline for 5 min",
    alarms: oneAlarm("latency_p95", { when: "> 1.5x baseline", ...inWindow(1, 1, "300s") }),
    advice: "a floor (the latency that users notice) keeps a very fast baseline from making it nervous",
  },
  "latency-frontend": {
    ...PERFORMANCE,
    seed: "003",
    rule: "p95 over 2 s or p99 over 5 s, 2 violations of 5 min",
    alarms: tails("2s", "5s"),
    advice: APPROXIMATION,
  },
  "latency-backend": {
    ...PERFORMANCE,
    seed: "003",
    rule: "p95 over 1 s or p99 over 3 s, 2 violations of 5 min",
    alarms: tails("1s", "3s"),
    advice: APPROXIMATION,
  },
  "latency-api": {
    ...PERFORMANCE,
    seed: "003",
    rule: "p95 over 1.5 s or p99 over 4 s, 2 violations of 5 min",
    alarms: tails("1.5s", "4s"),
    advice: APPROXIMATION,
  },
  "throughput-drop": {
    ...PERFORMANCE,
    severity: "medium",
    seed: "003",
    rule: "request rate down by more than 30 %",
    alarms: oneAlarm("request_count", { when: "< baseline - 30%", against: "season", ...inWindow(2, 2, "300s") }),
    advice: "traffic falls every night: it needs a seasonal baseline (default) or a control",
  },
  "queue-backlog": {
    ...PERFORMANCE,
    severity: "medium",
    seed: "003",
    rule: "more than 1000 items wait, 2 violations of 5 min",
    alarms: oneAlarm("queue_length", { when: "> 1000", ...inWindow(2, 2, "300s") }),
    advice: null,
  },
};
