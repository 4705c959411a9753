import { judgeStrategy } from "./judge-outcome.ts";
import type { Scenario } from "./scenario.ts";

/** Seed 002, scenario 1: errors ten times the usual, maintenance on, back, maintenance off. */
export const errorSpike: Scenario = {
  name: "error-spike",
  service: "tickets",
  summary: "v2 answers one request in eight with an error, which is critical; a notice stands in front while it is taken back at once",
  begin: async ({ cluster }) => {
    await cluster.deploy("tickets", "demo/tickets:v2-errors");
    return "tickets v2 is deployed (one request in eight will fail)";
  },
  judge: judgeStrategy("immediate", ["maintenance-on", "lift-maintenance-1"]),
};
