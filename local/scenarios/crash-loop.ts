import { judgeRolledBack } from "./judge-outcome.ts";
import type { Scenario } from "./scenario.ts";

export const crashLoop: Scenario = {
  name: "crash-loop",
  service: "catalog",
  summary: "v2's pods crash, the rollout gets stuck and capacity is missing; it is taken back",
  begin: async ({ cluster }) => {
    await cluster.deploy("catalog", "demo/catalog:v2-crash");
    return "catalog v2 is deployed (its pods crash at start)";
  },
  judge: judgeRolledBack,
};
