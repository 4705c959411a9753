import { judgeRolledBack } from "./judge-outcome.ts";
import type { Scenario } from "./scenario.ts";

export const latencyRegression: Scenario = {
  name: "latency-regression",
  service: "checkout",
  summary: "v2 rolls out fully, all pods are ready, p95 latency is four times what it was; it is taken back",
  begin: async ({ cluster }) => {
    await cluster.deploy("checkout", "demo/checkout:v2-slow");
    return "checkout v2 is deployed (its pods are healthy, and slow)";
  },
  judge: judgeRolledBack,
};
