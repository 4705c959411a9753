import type { BenchResult, BundleResult, BundlesPart, ReactionPart, RecoveryPart } from "./bench-result.ts";

/** One promise, and what was measured. */
export interface Budget {
  readonly name: string;
  readonly measured: number;
  readonly relation: "<=" | ">=";
  readonly limit: number;
  /** What the number is about, where it is not plain. */
  readonly remark: string;
  readonly met: boolean;
}

/** The budgets of the parts that were measured. */
export function budgetsOf(result: Partial<BenchResult>): readonly Budget[] {
  const { reaction, statesBeforeFirstWrite, lambdasBeforeFirstWrite, reference, bundles, recovery } = result;
  return [
    ...(bundles && reference ? bundleBudgets({ bundles, reference }) : []),
    ...(recovery ? recoveryBudgets({ recovery }) : []),
    ...(reaction ? reactionBudgets({ reaction, statesBeforeFirstWrite, lambdasBeforeFirstWrite }) : []),
  ];
}

type ReactionFigures = Pick<ReactionPart, "reaction"> & Partial<ReactionPart>;

function reactionBudgets({ reaction, statesBeforeFirstWrite = 0, lambdasBeforeFirstWrite = 0 }: ReactionFigures): Budget[] {
  return [
    atMost("reaction p50 / floor p50", reaction.ratioP50, 2),
    atMost("reaction p95 / floor p95", reaction.ratioP95, 3),
    atMost("states before the first write", statesBeforeFirstWrite, 8),
    atMost("functions before the first write", lambdasBeforeFirstWrite, 5, "the starter and the writing one included"),
  ];
}

function bundleBudgets({ bundles, reference }: BundlesPart): Budget[] {
  const largest = most(bundles, ({ kilobytes }) => kilobytes);
  const slowest = most(bundles, ({ initMs }) => initMs);
  return [
    atMost("largest bundle / reference", largest.kilobytes / reference.kilobytes, 1.5, largest.name),
    atMost("slowest start / reference", slowest.initMs / reference.initMs, 1.5, slowest.name),
  ];
}

function recoveryBudgets({ recovery }: RecoveryPart): Budget[] {
  const { server, replicas, oursSeconds, freshDeploymentSeconds, undoDefaultSeconds, oursMinAvailable } = recovery;
  return [
    atMost("recovery / fresh Deployment", oursSeconds / freshDeploymentSeconds, 1.15, server),
    atMost("recovery / default undo", oursSeconds / undoDefaultSeconds, 0.6, server),
    { ...atMost("fewest pods available", oursMinAvailable, replicas, server), relation: ">=", met: oursMinAvailable >= replicas },
  ];
}

function atMost(name: string, measured: number, limit: number, remark = ""): Budget {
  // Compared as printed: nobody should have to wonder about "2.00 <= 2, missed".
  return { name, measured, relation: "<=", limit, remark, met: Number(measured.toFixed(2)) <= limit };
}

function most(bundles: readonly BundleResult[], figure: (bundle: BundleResult) => number): BundleResult {
  const [first, ...others] = bundles;
  if (first === undefined) throw new Error("no handler was measured");
  return others.reduce((best, bundle) => (figure(bundle) > figure(best) ? bundle : best), first);
}
