import * as z from "zod/mini";
import { CHECK_PHASES } from "./blueprint.ts";
import { withLanes } from "./lanes.ts";

/** One check of the service after a step, as people read it. */
export const CheckResultSchema = z.strictObject({
  check: z.string(),
  expected: z.string(),
  actual: z.string(),
  verdict: z.enum(["pass", "fail", "inconclusive"]),
  critical: z.boolean(),
  rollbackTrigger: z.boolean(),
  /** For example `133% increase (120 ms -> 280 ms)`; null where there is nothing to compare. */
  degradation: z.nullable(z.string()),
  improvement: z.nullable(z.string()),
  /** The signal that was compared, and its value in its own unit; absent where there was none. */
  measured: z.optional(z.strictObject({ signal: z.string(), value: z.number() })),
  /** The watch that asked it. @default health */
  phase: z.optional(z.enum(CHECK_PHASES)),
});
export type CheckResult = z.infer<typeof CheckResultSchema>;

/** The slice that each look at a step writes: its verdict, and where the run goes from here. */
export const VerificationSchema = withLanes(
  z.strictObject({
    stepId: z.string(),
    verdict: z.enum(["pass", "fail", "inconclusive"]),
    next: z.enum(["keep-watching", "next-step", "next-target", "recovered", "escalate", "observed"]),
    /** Step that ExecuteStep applies next; null unless next-step or next-target. */
    nextStepId: z.nullable(z.string()),
    reason: z.string(),
    checks: z.array(CheckResultSchema),
    /** Since when the rollout is complete and all pods are ready, without a break. */
    stableSince: z.nullable(z.string()),
    consecutiveFailures: z.number(),
    /** When the last failed look was that counted; absent after one that has not failed. */
    failedAt: z.optional(z.string()),
    /** Decided by the last judged step: a restoring one, a check that is run, a phase that is watched; carried through `restore-strategy`. */
    recovery: z.enum(["undecided", "recovered", "not-recovered"]),
    recoveredAt: z.nullable(z.string()),
    /** Seconds from onset (or the trigger) to recovery; null unless recovered. */
    recoverySeconds: z.nullable(z.number()),
    /** The step whose restored release or replica count this is about; carried through `restore-strategy`. */
    restoringStepId: z.optional(z.nullable(z.string())),
    /** When this run wrote to the cluster for the first time; absent while it has not. */
    firstWriteAt: z.optional(z.string()),
    /** Is the GitOps controller held, as last read? Absent while no step has looked. */
    held: z.optional(z.boolean()),
    /** The maintenance page has all the traffic; absent where none was switched on. */
    maintained: z.optional(z.boolean()),
    /** Where this run has put the traffic, as a sentence; null once it is what it was. */
    moved: z.optional(z.nullable(z.string())),
    /** The autoscaler that this run holds; null once it was released. */
    pinned: z.optional(z.nullable(z.string())),
    /** What the last judged step found, for people: the steps after it say what they did besides. */
    finding: z.optional(z.string()),
    /** Phases and checks of which nobody could tell, although the health checks had passed: a person looks. */
    unjudged: z.optional(z.array(z.string())),
    /** What the judge has found, and what did not work after the proven recovery and takes nothing back of it. */
    notes: z.optional(z.array(z.string())),
    verifiedAt: z.string(),
  }),
);
export type Verification = z.infer<typeof VerificationSchema>;
