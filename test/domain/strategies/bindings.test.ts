import { describe, expect, it } from "vitest";
import { strategyBindings } from "../../../functions/domain/strategy-bindings.ts";
import { aTrigger } from "../../support/builders/index.ts";
import { aTraffic, withPolicy } from "./support.ts";

const mild = [aTrigger({ severity: "medium" })];
const { policy } = withPolicy({});

describe("what validate says of the strategies", () => {
  it("names the cell that answers each trigger, and the override where there is one", () => {
    const overridden = withPolicy({ strategies: { performance: { medium: "fast" } } }).policy;

    expect(strategyBindings(mild, { policy: overridden, traffic: null })).toEqual([
      {
        subject: "strategy latency-p95",
        value: "fast (class performance, severity medium, as the blueprint says (gradual by default))",
        from: "blueprint",
      },
    ]);
  });

  it.each([
    ["without a router", null, "nearly twice the pods"],
    [
      "behind a Service's selector",
      aTraffic({ route: { router: "service-selector", name: "checkout", rule: "version" } }),
      "nearly twice the pods",
    ],
    ["with a router", aTraffic(), "never given back"],
    ["with a router and signals of each arm", aTraffic({ perArmSignals: true }), "given back where its own signals are as good"],
  ])("says what gradual means %s", (_name, traffic, words) => {
    expect(strategyBindings(mild, { policy, traffic }).at(-1)?.value).toContain(words);
  });

  it("says nothing of gradual where no trigger asks for it", () => {
    expect(strategyBindings([aTrigger()], { policy, traffic: null }).map(({ subject }) => subject)).toEqual(["strategy latency-p95"]);
  });
});
