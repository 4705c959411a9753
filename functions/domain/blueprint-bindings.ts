import type { Blueprint, Target } from "./blueprint.ts";
import type { AuthoredBlueprint } from "./blueprint-authored.ts";
import type { BlueprintPolicy } from "./blueprint-policy.ts";
import type { SignalMeaning } from "./blueprint-signals.ts";
import type { CompiledTriggers } from "./blueprint-triggers.ts";
import type { MetricPresetName } from "./metric-presets.ts";
import type { MetricRef, Signal, SignalSource } from "./signal.ts";
import { triggerBindings } from "./trigger-bindings.ts";

/** What the stack's configuration gives to every blueprint that does not say it itself. */
export interface StackBinding {
  readonly target?: { readonly cluster?: string; readonly namespace?: string; readonly deployment?: string };
  readonly metricPreset: MetricPresetName;
}

/** One thing that was resolved: what, to what, and who said so (`blueprint`, `stack`, `default`, `preset eks`, `check latency_p95`). */
export interface Binding {
  readonly subject: string;
  readonly value: string;
  readonly from: string;
}

/** What was bound to what, in reading order: target, mode, traffic, restore, GitOps, signals, triggers. Things that could not be bound are problems, not bindings. */
export function bindingsOf(
  authored: AuthoredBlueprint,
  stack: StackBinding,
  target: Omit<Target, "cluster" | "namespace"> & { readonly cluster: string | null; readonly namespace: string | null },
  signals: readonly SignalMeaning[],
  triggers: CompiledTriggers,
  policy: BlueprintPolicy & Pick<Blueprint, "traffic" | "restore" | "gitops">,
): readonly Binding[] {
  const own = authored.spec?.target ?? {};
  const targets = (["cluster", "namespace"] as const).flatMap((part): Binding[] => {
    const value = target[part];
    const from = own[part] !== undefined ? "blueprint" : stack.target?.[part] !== undefined ? "stack" : "default";
    return value === null ? [] : [{ subject: `target ${part}`, value, from }];
  });
  const written = own.deployment ?? own.stateful_set ?? own.daemon_set ?? own.rollout;
  const nameFrom = written !== undefined ? "blueprint" : stack.target?.deployment !== undefined ? "stack" : "default";
  targets.push({ subject: `target ${target.kind.toLowerCase()}`, value: target.name, from: nameFrom });
  if (target.region !== undefined) targets.push({ subject: "target region", value: target.region, from: "blueprint" });
  if (target.roleArn !== undefined) targets.push({ subject: "target role", value: target.roleArn, from: "blueprint" });
  const modeFrom = !policy.rollback.enabled ? "rollback.enabled: false" : authored.spec?.mode === undefined ? "default" : "blueprint";
  const bound = signals.flatMap(({ name, armed, from }): Binding[] =>
    armed === null ? [] : [{ subject: `signal ${name}`, value: describeSource(armed.source) + describeSilence(armed), from }],
  );
  const armed = triggerBindings(triggers, signals, authored.spec?.triggers === undefined);
  return [...targets, { subject: "mode", value: policy.mode, from: modeFrom }, ...aroundTarget(authored, policy), ...bound, ...armed];
}

/** What else of the cluster is read and written. Without a section `traffic` nothing is said of it: there is nothing to find. */
function aroundTarget({ spec }: AuthoredBlueprint, policy: Pick<Blueprint, "traffic" | "restore" | "gitops">): readonly Binding[] {
  const { traffic, restore, gitops } = policy;
  const from = (written: unknown) => (written === undefined ? "default" : "blueprint");
  const copied = [...(restore.configMaps ? ["ConfigMaps"] : []), ...(restore.secrets === "names" ? [] : [`Secrets as ${restore.secrets}`])];
  const routes = traffic === null ? [] : describeTraffic(traffic).map(([subject, value]) => ({ subject, value, from: "blueprint" }));
  return [
    ...routes,
    { subject: "restore", value: ["template", ...copied].join(", "), from: from(spec?.restore) },
    {
      subject: "gitops",
      value: gitops.hold ? "hold the owner, if there is one" : "watch the owner, if there is one",
      from: from(spec?.gitops?.hold),
    },
  ];
}

function describeTraffic({
  route,
  stable,
  canary,
  maintenance,
}: NonNullable<Blueprint["traffic"]>): readonly (readonly [string, string])[] {
  const where = `${route.router} ${route.name}${route.rule === null ? "" : ` rule ${route.rule}`}`;
  return [
    ["traffic", `${where}: ${stable} (stable), ${canary} (canary)`],
    ...(maintenance === null
      ? []
      : [["maintenance", `${maintenance.backend}, when a critical incident is answered at once; that is downtime`] as const]),
  ];
}

/** What silence means, where it means something good. */
function describeSilence({ publishes }: Pick<Signal, "publishes">): string {
  return publishes === "on-event" ? ", a point only on events" : "";
}

/** Where a signal is read from, in words. */
export function describeSource(source: SignalSource): string {
  if (source.kind === "alarm") return `alarm ${source.alarmName}`;
  if (source.kind === "metric") return describeMetric(source.metric);
  if (source.kind === "capacity")
    return `${source.holds === "free" ? "100 - " : ""}100 * ${describeMetric(source.metric)} / ${source.capacity}`;
  return `100 * ${describeMetric(source.part)} / ${describeMetric(source.total)}, from ${source.minimumTotal} per period`;
}

function describeMetric({ namespace, name, dimensions, stat }: MetricRef): string {
  const pairs = Object.entries(dimensions).map(([key, value]) => `${key}=${value}`);
  return `${stat} of ${namespace} ${name}${pairs.length === 0 ? "" : ` (${pairs.join(", ")})`}`;
}
