import type { BaselineItem } from "../../../functions/domain/baselines/baseline-item.ts";
import { aSignal } from "./blueprint.ts";
import { SERVICE } from "./moments.ts";

/** What latency_p95 of `checkout` was like in the hour before the release of the night. */
export function aBaselineItem(overrides: Partial<BaselineItem> = {}): BaselineItem {
  const { name, unit, source } = aSignal();
  return {
    ...{ service: SERVICE, release: "a1b2c3d4e5f6", signal: name, unit, source, periodSeconds: 60 },
    moment: "before-change",
    basis: "change:a1b2c3d4e5f6@2026-11-20T03:12:05.000Z",
    why: "the hour before the change to ffee00112233",
    from: "2026-11-20T02:12:05.000Z",
    to: "2026-11-20T03:12:05.000Z",
    ...{ n: 57, missing: 2, median: 120, mad: 4, mean: 121.5 },
    before: null,
    hourly: null,
    calibration: null,
    historyReadAt: null,
    takenAt: "2026-11-20T03:13:00.000Z",
    ...overrides,
  };
}
