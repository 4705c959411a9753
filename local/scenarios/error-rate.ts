import { judgeRolledBack } from "./judge-outcome.ts";
import type { Scenario } from "./scenario.ts";

export const errorRate: Scenario = {
  name: "error-rate",
  service: "payments",
  summary: "v2 rolls out and fails one request in eight; it is taken back",
  begin: async ({ cluster }) => {
    await cluster.deploy("payments", "demo/payments:v2-errors");
    return "payments v2 is deployed (one request in eight will fail)";
  },
  judge: judgeRolledBack,
};
