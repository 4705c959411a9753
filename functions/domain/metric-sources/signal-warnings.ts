import type { Blueprint } from "../blueprint.ts";
import { dimensionLint } from "./lints/dimension-lint.ts";
import { kubernetesLint } from "./lints/kubernetes-lint.ts";
import { loadBalancerLint } from "./lints/load-balancer-lint.ts";
import { missingDataLint } from "./lints/missing-data-lint.ts";
import { percentileLint } from "./lints/percentile-lint.ts";
import { ratioLint } from "./lints/ratio-lint.ts";
import type { SignalLint } from "./lints/signal-lint.ts";
import { storeLint } from "./lints/store-lint.ts";

/** Something that is right in form and may still never fire, fire late, or mean less than it seems to. It stops nothing. */
export interface SignalWarning {
  readonly signal: string;
  readonly message: string;
  readonly fix: string;
}

const LINTS: readonly SignalLint[] = [
  loadBalancerLint,
  kubernetesLint,
  percentileLint,
  storeLint,
  ratioLint,
  dimensionLint,
  missingDataLint,
];

/** What is known of the sources of a blueprint's signals, signal by signal. What holds for a whole source is said once, at the first signal that it measures. */
export function signalWarnings(blueprint: Pick<Blueprint, "signals" | "triggers">): readonly SignalWarning[] {
  const said = new Set<string>();
  return blueprint.signals
    .flatMap((signal) => LINTS.flatMap((lint) => lint(signal, blueprint).map((finding) => ({ signal: signal.name, ...finding }))))
    .filter(({ message }) => !said.has(message) && said.add(message));
}
