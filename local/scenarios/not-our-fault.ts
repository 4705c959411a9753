import { judgeLeftAlone } from "./judge-outcome.ts";
import type { Scenario } from "./scenario.ts";

export const notOurFault: Scenario = {
  name: "not-our-fault",
  service: "search",
  summary: "the search index that the service calls goes down, nothing was changed; no rollback, a human is paged",
  begin: async ({ traffic }) => {
    traffic.setConditions("search", { dependencyDown: true });
    return "the index that search depends on goes down (nothing of search was changed)";
  },
  judge: judgeLeftAlone,
  clean: async ({ traffic }) => traffic.setConditions("search", { dependencyDown: false }),
};
