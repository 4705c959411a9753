import { judgeStrategy } from "./judge-outcome.ts";
import type { Scenario } from "./scenario.ts";

/** Seed 002, scenario 2: memory from 45 % to over 90 %, and back to 45 %. */
export const memoryLeak: Scenario = {
  name: "memory-leak",
  service: "sessions",
  summary: "v2 is well and fast, and its memory grows from 45 to over 90 %; it is taken back before the pods are ended",
  begin: async ({ cluster }) => {
    await cluster.deploy("sessions", "demo/sessions:v2-leak");
    return "sessions v2 is deployed (it loses memory with every second)";
  },
  judge: judgeStrategy("immediate", []),
};
