import { percentileSamples } from "../../trigger-minimum-samples.ts";
import { metricsOf, percentileOf } from "../namespaces.ts";
import { type SignalFinding, type SignalLint, triggersOf } from "./signal-lint.ts";

/**
 * What the metrics of an Application Load Balancer do not tell. A count of 5xx has no point in a minute without errors, and missing points stretch the range
 * that an alarm looks at: a reported one of 1 of 1 x 60 s went to ALARM 4 minutes after the fault and back 5 to 9 minutes late
 * (https://stackoverflow.com/questions/64045238).
 */
export const loadBalancerLint: SignalLint = (signal, blueprint) => {
  const metrics = metricsOf(signal.source).filter(({ namespace }) => namespace === "AWS/ApplicationELB");
  const names = metrics.map(({ name }) => name);
  const triggers = triggersOf(signal, blueprint);
  const findings: SignalFinding[] = [];
  if (signal.source.kind === "metric" && names.some((name) => /^HTTPCode_.*_Count$/.test(name)) && triggers.length > 0)
    findings.push({
      message: `${names.join()} has points only in minutes with errors: its alarm comes minutes late, and goes back minutes late`,
      fix: "trigger on error_rate, the share of the requests",
    });
  if (names.some((name) => name === "HTTPCode_Target_5XX_Count") && !seesUnanswered(blueprint))
    findings.push({
      message: "HTTPCode_Target_5XX_Count does not count the 502, 503 and 504 that the load balancer gives where no target answers",
      fix: "add a trigger on unhealthy_hosts",
    });
  const few = metrics.find(({ name, stat }) => name === "TargetResponseTime" && percentileOf(stat) !== null);
  if (few !== undefined && triggers.some(({ minimumSamples }) => minimumSamples === undefined)) {
    const needed = percentileSamples(few.stat);
    findings.push({
      message: `${few.stat} of TargetResponseTime is decided by a few requests in a period with less than ${needed}`,
      fix: `add minimum_samples: ${needed} to its triggers`,
    });
  }
  return findings;
};

function seesUnanswered({ signals }: Parameters<SignalLint>[1]): boolean {
  return signals.some(({ source }) =>
    metricsOf(source).some(({ name }) => /^(UnHealthyHostCount|HTTPCode_ELB_5(XX|0\d)_Count)$/.test(name)),
  );
}
