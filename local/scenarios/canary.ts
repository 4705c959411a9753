import { judgeStrategy } from "./judge-outcome.ts";
import type { Scenario } from "./scenario.ts";

/** Seed 003, strategy canary: stopped, all traffic to the stable version, judged, undone. */
export const canary: Scenario = {
  name: "canary",
  service: "reviews",
  summary: "v2 gets 30 % of the traffic and fails one request in eight; the canary is stopped, judged and undone",
  begin: async ({ cluster }) => {
    await cluster.deploy("reviews", "demo/reviews:v2-errors");
    await cluster.split("reviews", { "reviews-stable": 70, reviews: 30 });
    return "reviews v2 is deployed as a canary with 30 % of the traffic (one request in eight of those will fail)";
  },
  judge: judgeStrategy("canary", ["stop-canary", "analyse-before"]),
};
