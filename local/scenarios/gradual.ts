import { judgeStrategy } from "./judge-outcome.ts";
import type { Scenario } from "./scenario.ts";

/** Seed 003, strategy gradual, on a plain Deployment. */
export const gradual: Scenario = {
  name: "gradual",
  service: "offers",
  summary: "v2 works, and fewer visitors buy; half of v1 comes back beside it, is watched, and then all of it",
  begin: async ({ cluster }) => {
    await cluster.deploy("offers", "demo/offers:v2-unloved");
    return "offers v2 is deployed (fewer visitors buy)";
  },
  judge: judgeStrategy("gradual", ["pause-at-share-1", "resume-1"]),
};
