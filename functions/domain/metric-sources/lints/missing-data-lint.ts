import { type SignalFinding, type SignalLint, triggersOf } from "./signal-lint.ts";

/**
 * A missing point of a signal that publishes on events is a good one. AWS: `notBreaching` for metrics that only report errors ("Configuring how CloudWatch
 * alarms treat missing data").
 */
export const missingDataLint: SignalLint = (signal, blueprint) => {
  if (signal.publishes !== "on-event") return [];
  return triggersOf(signal, blueprint).flatMap(({ name, missingData, form }): readonly SignalFinding[] => {
    if (form?.type === "absence")
      return [
        {
          message: `trigger ${name} fires when ${signal.name} has no values, and that means that nothing happened`,
          fix: "watch a signal that is continuous, such as request_count",
        },
      ];
    if (missingData === "notBreaching") return [];
    const effect = missingData === "breaching" ? "fires when nothing happens" : "stays in ALARM after the last event";
    return [{ message: `trigger ${name} ${effect}: ${signal.name} publishes only on events`, fix: "write missing_data: notBreaching" }];
  });
};
