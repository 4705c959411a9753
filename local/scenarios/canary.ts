import { judgeStrategy } from "./judge-outcome.ts";
import type { Scenario } from "./scenario.ts";

/** Seed 003, strategy canary: stopped, all traffic to the stable version, judged, undone. */
export const canary: Scenario = {
  name: "canary",
  service: "comments",
  summary: "v2 gets 30 % of the traffic and fails one request in eight; the canary is stopped, judged and undone",
  begin: async ({ cluster }) => {
    await cluster.deploy("comments", "demo/comments:v2-errors");
    await cluster.split("comments", { "comments-stable": 70, comments: 30 });
    return "comments v2 is deployed as a canary with 30 % of the traffic (one request in eight of those will fail)";
  },
  judge: judgeStrategy("canary", ["stop-canary", "analyse-before"]),
};
