/** What an alarm says about itself: `reasonData` in events, `StateReasonData` in DescribeAlarms, both JSON text of the same form. */
export interface ReasonFacts {
  readonly threshold: number | null;
  /** Oldest first; a missing point has value null. */
  readonly datapoints: readonly { readonly at: string; readonly value: number | null }[];
}

const NOTHING: ReasonFacts = { threshold: null, datapoints: [] };

/** Never fails: composite alarms, hand-set states and emulators have other text or none, which says nothing about the alarm itself. */
export function reasonFacts(reasonData: string | null | undefined): ReasonFacts {
  if (reasonData == null) return NOTHING;
  let data: unknown;
  try {
    data = JSON.parse(reasonData);
  } catch {
    return NOTHING;
  }
  if (typeof data !== "object" || data === null) return NOTHING;
  const { threshold, evaluatedDatapoints } = data as { readonly threshold?: unknown; readonly evaluatedDatapoints?: unknown };
  return {
    threshold: typeof threshold === "number" ? threshold : null,
    datapoints: (Array.isArray(evaluatedDatapoints) ? evaluatedDatapoints : [])
      .flatMap(datapoint)
      .sort((one, other) => one.at.localeCompare(other.at)),
  };
}

/** CloudWatch leaves `value` out where a point is missing. */
function datapoint(point: { readonly timestamp?: unknown; readonly value?: unknown } | null): ReasonFacts["datapoints"][number][] {
  const epochMilliseconds = Date.parse(String(point?.timestamp));
  if (Number.isNaN(epochMilliseconds)) return [];
  return [{ at: new Date(epochMilliseconds).toISOString(), value: typeof point?.value === "number" ? point.value : null }];
}
