import { baselineSignals } from "./baselines/baseline-signals.ts";
import type { Blueprint, Target } from "./blueprint.ts";
import type { AuthoredBlueprint } from "./blueprint-authored.ts";
import { type Binding, bindingsOf, type StackBinding } from "./blueprint-bindings.ts";
import { compileChecks, placeChecks, signalOfCheck } from "./blueprint-checks.ts";
import { compileClusterPolicy } from "./blueprint-cluster-policy.ts";
import { phaseBindings } from "./blueprint-phase-bindings.ts";
import { compilePhases } from "./blueprint-phases.ts";
import { compilePolicy } from "./blueprint-policy.ts";
import { armingProblem, authoredProblem, type Problem } from "./blueprint-problem.ts";
import { compileRollbackPolicy } from "./blueprint-rollback-policy.ts";
import { bindSignals, type SignalReference } from "./blueprint-signals.ts";
import { compileTriggers } from "./blueprint-triggers.ts";
import { compileLooks, signalsOfLooks } from "./looks/compile-looks.ts";
import { lookBindings } from "./looks/look-bindings.ts";
import { strategyBindings } from "./strategy-bindings.ts";
import { signalsOfTrigger } from "./trigger-draft.ts";

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
  problems.push(...kindProblems(authored));
  if (complete === null) problems.push(...targetProblems(target));

  const placed = placeChecks(authored);
  const measures = { target: complete, metricPreset: stack.metricPreset };
  const signals = bindSignals(authored, referencesOf(authored, placed), measures);
  problems.push(...signals.problems);
  const listed = compileChecks(placed, signals.byName, problems);
  const { triggers, findings } = compileTriggers(authored, listed, signals.byName, problems);
  const looks = compileLooks(authored, triggers, signals.byName, problems);
  const { phases, checks } = compilePhases(authored, { checks: listed, triggers }, signals.byName, problems);
  const policy = compilePolicy(authored, problems);
  const rollbackPolicy = compileRollbackPolicy(authored.spec?.rollback, authored.metadata.name, problems);
  const clusterPolicy = compileClusterPolicy(authored, target.kind, problems);

  const bindings = [
    ...bindingsOf(authored, stack, target, [...signals.byName.values()], { triggers, findings }, { ...policy, ...clusterPolicy }),
    ...lookBindings(authored, looks),
    ...strategyBindings(triggers, { policy: rollbackPolicy, traffic: clusterPolicy.traffic }),
    ...phaseBindings(authored, phases, checks, listed),
  ];
  if (complete === null || problems.length > 0) return { blueprint: null, bindings, problems };
  const armed = [...signals.byName.values()].flatMap((signal) => signal.armed ?? []).sort((a, b) => (a.name < b.name ? -1 : 1));
  const besides = baselineSignals(authored, new Set(signals.byName.keys()), measures);
  const { modeReason, stabilizationSeconds, ...rest } = policy;
  const unhashed: Omit<Blueprint, "hash"> = {
    service: authored.metadata.name,
    version: authored.metadata.version,
    ...rest,
    ...(modeReason === null ? {} : { modeReason }),
    target: complete,
    signals: armed,
    ...(besides.length === 0 ? {} : { baselineSignals: [...besides] }),
    triggers: [...triggers],
    ...(findings === null ? {} : { findings }),
    ...(looks === null ? {} : { looks }),
    ...clusterPolicy,
    verification: { stabilizationSeconds, phases, checks: [...checks] },
    policy: rollbackPolicy,
  };
  return { blueprint: { ...unhashed, hash: hashText(JSON.stringify(unhashed)).slice(0, 12) }, bindings, problems };
}

/** What names the workload, by the key that an author writes. */
export const TARGET_KEYS = { deployment: "Deployment", stateful_set: "StatefulSet", daemon_set: "DaemonSet", rollout: "Rollout" } as const;
type TargetKey = keyof typeof TARGET_KEYS;

export type PartialTarget = Omit<Target, "cluster" | "namespace"> & { readonly cluster: string | null; readonly namespace: string | null };

function resolveTarget(authored: AuthoredBlueprint, stack: StackBinding): PartialTarget {
  const own = authored.spec?.target ?? {};
  return {
    cluster: own.cluster ?? stack.target?.cluster ?? null,
    namespace: own.namespace ?? stack.target?.namespace ?? null,
    ...named(authored, stack),
    ...(own.region === undefined ? {} : { region: own.region }),
    ...(own.role_arn === undefined ? {} : { roleArn: own.role_arn }),
  };
}

function named(authored: AuthoredBlueprint, stack: StackBinding): Pick<Target, "kind" | "name"> {
  const [key] = writtenKeys(authored);
  const name = key && authored.spec?.target?.[key];
  if (key && name) return { kind: TARGET_KEYS[key], name };
  return { kind: "Deployment", name: stack.target?.deployment ?? authored.metadata.name };
}

function writtenKeys({ spec }: AuthoredBlueprint): TargetKey[] {
  return (Object.keys(TARGET_KEYS) as TargetKey[]).filter((key) => spec?.target?.[key] !== undefined);
}

function kindProblems(authored: AuthoredBlueprint): readonly Problem[] {
  const [first, second] = writtenKeys(authored);
  if (first === undefined || second === undefined) return [];
  const problem = `a service has one workload, and both ${first} and ${second} name one`;
  return [authoredProblem(["spec", "target", second], problem, `keep one of ${Object.keys(TARGET_KEYS).join(", ")}`)];
}

function completeTarget({ cluster, namespace, ...rest }: PartialTarget): Target | null {
  return cluster === null || namespace === null ? null : { cluster, namespace, ...rest };
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
  const triggers = (authored.spec?.triggers ?? []).flatMap((trigger, index) => signalsOfTrigger(trigger, ["spec", "triggers", index]));
  const checks = placed.flatMap(({ check, path }) => {
    const signal = signalOfCheck(check);
    return signal === null ? [] : { name: signal.name, path: [...path, signal.field] };
  });
  const arms = Object.entries(authored.spec?.traffic?.arm_signals ?? {}).flatMap(([meaning, { stable, canary }]) => [
    { name: stable, path: ["spec", "traffic", "arm_signals", meaning, "stable"] },
    { name: canary, path: ["spec", "traffic", "arm_signals", meaning, "canary"] },
  ]);
  return [...triggers, ...checks, ...arms, ...signalsOfLooks(authored)];
}
