import type { PastRollback } from "../governance.ts";
import type { Assessment, PlanStep } from "../rollback-document.ts";
import { inWords, secondsAfter } from "../time.ts";
import { isAcquitted, type Verdicts } from "./acquitted.ts";
import { decidedByHand, isByHand } from "./by-hand.ts";
import { beganWithin, type PaceFacts } from "./pace.ts";
import { ledTo, leftBehind } from "./release-key.ts";
import { denies, type Ruled } from "./ruled.ts";

export interface AttemptFacts extends PaceFacts {
  readonly maxAttempts: number;
  readonly change: Assessment["change"];
  readonly steps: readonly PlanStep[];
  /** @default nobody has called a release good since */
  readonly verdicts?: Verdicts;
}

/**
 * So many targets within one incident (the plan holds no more), and no ping-pong over several: the attempts are spent when the service's last rollbacks all
 * failed, when the same release had to be taken back so many times, or when the plan leads to what an earlier rollback led away from. A person may go on.
 */
export function attemptsRule(facts: AttemptFacts): Ruled {
  const { maxAttempts, past, policy, now, trigger } = facts;
  const windowSeconds = policy.breaker.windowSeconds;
  const limit = `at least 1, and no ping-pong within ${inWords(windowSeconds)}`;
  if (maxAttempts < 1) return denies("attempts", false, { observed: `${maxAttempts} allowed`, limit });
  const allowed = (seen: string) => denies("attempts", true, { observed: `${maxAttempts} allowed, ${seen}`, limit });
  if (past === undefined) return allowed("earlier rollbacks were not looked at");
  // a plan for what Rollguard itself left behind takes no release back
  if (facts.change?.kind === "leftover" || facts.change?.kind === "held") return allowed("no release is taken back");
  const recent = beganWithin(past.rollbacks, windowSeconds, now);
  const spent = inARow(recent, maxAttempts) ?? sameAgain(recent, facts) ?? backAndForth(recent, facts);
  if (spent === null) return allowed(`${recent.length} earlier rollbacks in the window`);
  if (isByHand(trigger)) return denies("attempts", true, { observed: decidedByHand(spent.observed, trigger), limit });
  return denies("attempts", false, { observed: spent.observed, limit, until: secondsAfter(spent.since.at, windowSeconds) });
}

interface Spent {
  readonly observed: string;
  /** Out of the window with this one. */
  readonly since: PastRollback;
}

/** One that is still `open` is of another incident, whose run died: nobody knows of a recovery. */
function inARow(recent: readonly PastRollback[], most: number): Spent | null {
  const last = recent.slice(0, most);
  const since = last.at(-1);
  if (since === undefined || last.length < most || last.some(({ outcome }) => outcome === "recovered")) return null;
  return { observed: `the last ${most === 1 ? "rollback" : `${most} rollbacks`} of the service failed`, since };
}

function sameAgain(recent: readonly PastRollback[], { change, maxAttempts }: AttemptFacts): Spent | null {
  const live = leftBehind(change);
  const same = live === null ? [] : recent.filter(({ from }) => from === live);
  const since = same[maxAttempts - 1];
  return since === undefined ? null : { observed: `${live} was taken back ${same.length} times and is live again`, since };
}

/** What was found to be good after all is no way back. */
function backAndForth(recent: readonly PastRollback[], { change, steps, verdicts }: AttemptFacts): Spent | null {
  const goal = ledTo(change, steps);
  if (goal === null) return null;
  const since = recent.find((one) => one.from === goal && !isAcquitted(one, recent, verdicts ?? { releases: [], observations: [] }));
  return since === undefined ? null : { observed: `${goal} is what ${since.incidentId} led away from`, since };
}
