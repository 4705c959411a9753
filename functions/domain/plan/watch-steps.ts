import type { PlanStep } from "../rollback-document.ts";
import { actionStep } from "./chain.ts";

/** No wait is longer: the lease is renewed on each look. */
const MOST_BAKE_SECONDS = 30;
/** After the time of a watch: the looks themselves take theirs. */
const SLACK_SECONDS = 60;

/** The service is watched for so long. With a phase its checks are asked, and where data is missing they get the same time once more. */
export function watchStep(id: string, seconds: number, more: Partial<PlanStep> = {}): PlanStep {
  const most = more.phase === "performance" || more.phase === "business" ? 2 * seconds : seconds;
  return actionStep(id, { kind: "watch", seconds }, { ...lookClocks(seconds), deadlineSeconds: most + SLACK_SECONDS, ...more });
}

/** The judge compares, for at most so long. */
export function analyseStep(id: string, compare: "arms" | "before", seconds: number, more: Partial<PlanStep> = {}): PlanStep {
  return actionStep(
    id,
    { kind: "analyse", compare, seconds },
    { ...lookClocks(seconds), deadlineSeconds: seconds + SLACK_SECONDS, ...more },
  );
}

function lookClocks(seconds: number): Pick<PlanStep, "bakeSeconds"> {
  return { bakeSeconds: Math.min(MOST_BAKE_SECONDS, Math.max(1, Math.ceil(seconds / 20))) };
}
