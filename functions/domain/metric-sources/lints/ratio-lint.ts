import type { SignalLint } from "./signal-lint.ts";

const COUNTED: readonly string[] = ["Sum", "SampleCount"];

/**
 * A share is count by count. The mean of one metric by the mean of another is a share only where both are gauges that are sampled alike, as the replicas of
 * Container Insights.
 */
export const ratioLint: SignalLint = ({ source, better }) => {
  if (source.kind !== "ratio") return [];
  const { part, total } = source;
  const good =
    better === "higher" && COUNTED.includes(part.stat)
      ? [
          {
            message: `where nothing is good, ${part.name} may have no datapoint, and then there is no value and no alarm`,
            fix: "describe the share of what is bad, with better: lower, or publish zeros",
          },
        ]
      : [];
  const wrong = [part, total].filter(({ stat }) => !COUNTED.includes(stat));
  const gauges = part.stat === total.stat && part.namespace === "ContainerInsights" && total.namespace === "ContainerInsights";
  if (wrong.length === 0 || gauges) return good;
  return [
    ...good,
    {
      message: `${part.stat} of ${part.name} by ${total.stat} of ${total.name} is no share: a mean or an extreme does not count`,
      fix: "use Sum, or SampleCount where each sample is one request",
    },
  ];
};
