import type { Blueprint, Target } from "./blueprint.ts";
import type { AuthoredBlueprint } from "./blueprint-authored.ts";
import { type Binding, bindingsOf, type StackBinding } from "./blueprint-bindings.ts";
import { compileChecks, placeChecks } from "./blueprint-checks.ts";
import { compilePolicy } from "./blueprint-policy.ts";
import { armingProblem, type Problem } from "./blueprint-problem.ts";
import { bindSignals, type SignalReference } from "./blueprint-signals.ts";
import { compileTriggers } from "./blueprint-triggers.ts";

export type { StackBinding } from "./blueprint-bindings.ts";

export interface CompiledBlueprint {
  /** Null while there are problems. */
  readonly blueprint: Blueprint | null;
  /** What was bound to what, for `rollguard validate`. */
  readonly bindings: readonly Binding[];
  readonly problems: readonly Problem[];
}

/**
 * Resolves an authored blueprint against a stack: units converted, names bound, defaults filled in. Pure and byte-stable: equal input gives
 * equal JSON. `hashText` must be SHA-256 in hex (the domain has no crypto).
 */
export function compileBlueprint(authored: AuthoredBlueprint, stack: StackBinding, hashText: (text: string) => string): CompiledBlueprint {
  const problems: Problem[] = [];
  const target = resolveTarget(authored, stack);
  const complete = completeTarget(target);
  if (complete === null) problems.push(...targetProblems(target));

  const placed = placeChecks(authored);
  const signals = bindSignals(authored, referencesOf(authored, placed), { target: complete, metricPreset: stack.metricPreset });
  problems.push(...signals.problems);
  const checks = compileChecks(placed, signals.byName, problems);
  const triggers = compileTriggers(authored, checks, signals.byName, problems);
  const policy = compilePolicy(authored, problems);

  const bindings = bindingsOf(authored, stack, target, [...signals.byName.values()], triggers, policy);
  if (complete === null || problems.length > 0) return { blueprint: null, bindings, problems };
  const armed = [...signals.byName.values()].flatMap((signal) => signal.armed ?? []).sort((a, b) => (a.name < b.name ? -1 : 1));
  const { modeReason, stabilizationSeconds, ...rest } = policy;
  const unhashed: Omit<Blueprint, "hash"> = {
    service: authored.metadata.name,
    version: authored.metadata.version,
    ...rest,
    ...(modeReason === null ? {} : { modeReason }),
    target: complete,
    signals: armed,
    triggers: [...triggers],
    verification: { stabilizationSeconds, checks: [...checks] },
  };
  return { blueprint: { ...unhashed, hash: hashText(JSON.stringify(unhashed)).slice(0, 12) }, bindings, problems };
}

type PartialTarget = { readonly [Key in keyof Target]: Target[Key] | null };

function resolveTarget(authored: AuthoredBlueprint, stack: StackBinding): PartialTarget {
  const own = authored.spec?.target ?? {};
  return {
    cluster: own.cluster ?? stack.target?.cluster ?? null,
    namespace: own.namespace ?? stack.target?.namespace ?? null,
    deployment: own.deployment ?? stack.target?.deployment ?? authored.metadata.name,
  };
}

function completeTarget({ cluster, namespace, deployment }: PartialTarget): Target | null {
  return cluster === null || namespace === null || deployment === null ? null : { cluster, namespace, deployment };
}

function targetProblems(target: PartialTarget): readonly Problem[] {
  return (["cluster", "namespace"] as const)
    .filter((part) => target[part] === null)
    .map((part) =>
      armingProblem(
        ["spec", "target", part],
        `no ${part} is known for this service`,
        `add spec.target.${part}, or give the stack a default ${part}`,
      ),
    );
}

function referencesOf(authored: AuthoredBlueprint, placed: ReturnType<typeof placeChecks>): readonly SignalReference[] {
  const triggers = (authored.spec?.triggers ?? []).map((trigger, index) => ({
    name: trigger.signal,
    path: ["spec", "triggers", index, "signal"],
  }));
  const checks = placed.flatMap(({ check, path }) =>
    check.type === "exact_match"
      ? []
      : { name: check.signal ?? check.name, path: [...path, check.signal === undefined ? "name" : "signal"] },
  );
  return [...triggers, ...checks];
}
