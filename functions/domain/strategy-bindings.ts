import type { Blueprint, Trigger } from "./blueprint.ts";
import type { Binding } from "./blueprint-bindings.ts";
import { chooseStrategy, strategyFor } from "./strategy.ts";
import { trafficCapabilities } from "./traffic.ts";

/** What answers each trigger, by which cell of the table or which override, and what `gradual` means for this service where one of them asks for it. */
export function strategyBindings(
  triggers: readonly Trigger[],
  { policy, traffic }: Pick<Blueprint, "policy" | "traffic">,
): readonly Binding[] {
  const answers = triggers.map((trigger): Binding => {
    const { strategy, by } = chooseStrategy([trigger.class], trigger.severity, policy.strategies);
    const overridden = policy.strategies[trigger.class]?.[trigger.severity] !== undefined;
    return { subject: `strategy ${trigger.name}`, value: `${strategy} (${by})`, from: overridden ? "blueprint" : "default" };
  });
  const gradual = triggers.some((trigger) => strategyFor([trigger.class], trigger.severity, policy.strategies) === "gradual");
  return gradual
    ? [...answers, { subject: "gradual", value: gradualMeans(traffic), from: traffic === null ? "default" : "blueprint" }]
    : answers;
}

function gradualMeans(traffic: Blueprint["traffic"]): string {
  if (traffic !== null && trafficCapabilities(traffic.route.router).weights === "continuous") {
    const back = traffic.perArmSignals
      ? "given back where its own signals are as good"
      : "never given back, since the backends have no signals of their own";
    return `halves the traffic of ${traffic.canary}: ${back}`;
  }
  return "both versions run side by side, with nearly twice the pods meanwhile; it always ends in the restore";
}
