import { canary } from "./canary.ts";
import { crashLoop } from "./crash-loop.ts";
import { errorRate } from "./error-rate.ts";
import { errorSpike } from "./error-spike.ts";
import { gradual } from "./gradual.ts";
import { latencyRegression } from "./latency-regression.ts";
import { memoryLeak } from "./memory-leak.ts";
import { notOurFault } from "./not-our-fault.ts";
import { scaleDown } from "./scale-down.ts";
import type { Scenario } from "./scenario.ts";

/** Every scenario, in the order in which `--help` lists them; the first is the default. */
export const SCENARIOS: readonly Scenario[] = [
  latencyRegression,
  errorRate,
  crashLoop,
  scaleDown,
  notOurFault,
  errorSpike,
  memoryLeak,
  gradual,
  canary,
];
