import { describe, expect, it } from "vitest";
import type { BenchResult } from "../../bench/bench-result.ts";
import { budgetsOf } from "../../bench/budgets.ts";
import { aBenchResult } from "./bench-results.ts";

const good = aBenchResult();
const missed = (result: Partial<BenchResult>) =>
  budgetsOf(result)
    .filter(({ met }) => !met)
    .map(({ name }) => name);

describe("the budgets", () => {
  it("are nine, and all are met by a good result", () => {
    expect(budgetsOf(good)).toHaveLength(9);
    expect(missed(good)).toEqual([]);
  });

  it.each<{ name: string; changes: Partial<BenchResult> }>([
    { name: "reaction p50 / floor p50", changes: { reaction: { ...good.reaction, ratioP50: 2.01 } } },
    { name: "reaction p95 / floor p95", changes: { reaction: { ...good.reaction, ratioP95: 3.01 } } },
    { name: "states before the first write", changes: { statesBeforeFirstWrite: 9 } },
    { name: "functions before the first write", changes: { lambdasBeforeFirstWrite: 6 } },
    { name: "largest bundle / reference", changes: { bundles: [{ name: "steps/big", kilobytes: 345 * 1.51, initMs: 50 }] } },
    { name: "slowest start / reference", changes: { bundles: [{ name: "steps/slow", kilobytes: 345, initMs: 48 * 1.51 }] } },
    { name: "recovery / fresh Deployment", changes: { recovery: { ...good.recovery, freshDeploymentSeconds: 1 } } },
    { name: "recovery / default undo", changes: { recovery: { ...good.recovery, undoDefaultSeconds: 1.9 } } },
    { name: "fewest pods available", changes: { recovery: { ...good.recovery, oursMinAvailable: 29 } } },
  ])("miss $name alone when only that is bad", ({ name, changes }) => {
    expect(missed(aBenchResult(changes))).toEqual([name]);
  });

  it("that are just reached are met", () => {
    const result = aBenchResult({
      reaction: { ...good.reaction, ratioP50: 2, ratioP95: 3 },
      statesBeforeFirstWrite: 8,
      recovery: { ...good.recovery, oursSeconds: 1.15 * 1.2 },
    });

    expect(missed(result)).toEqual([]);
  });

  it("name the handler that is nearest to the limit", () => {
    const [largest, slowest] = budgetsOf(good);

    expect(largest).toMatchObject({ name: "largest bundle / reference", remark: "entry/observe-releases" });
    expect(slowest).toMatchObject({ name: "slowest start / reference", remark: "steps/open-incident" });
  });

  it("of parts that were not measured are left out", () => {
    expect(budgetsOf({ recovery: good.recovery }).map(({ name }) => name)).toEqual([
      "recovery / fresh Deployment",
      "recovery / default undo",
      "fewest pods available",
    ]);
    expect(budgetsOf({})).toEqual([]);
  });
});
