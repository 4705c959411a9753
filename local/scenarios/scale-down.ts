import { judgeRolledBack } from "./judge-outcome.ts";
import type { Scenario } from "./scenario.ts";

export const scaleDown: Scenario = {
  name: "scale-down",
  service: "todo-frontend",
  summary: "somebody saves a replica (3 to 2), p95 goes from 120 to 280 ms and errors from 0.2 to 1.2 %; the third replica comes back",
  begin: async ({ cluster }) => {
    await cluster.scale("todo-frontend", 2);
    return "todo-frontend is scaled from 3 to 2 replicas";
  },
  judge: judgeRolledBack,
};
