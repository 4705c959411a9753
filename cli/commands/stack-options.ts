import { type Command, Option } from "commander";
import type { StackBinding } from "../../functions/domain/blueprint-compile.ts";
import { METRIC_PRESETS, type MetricPresetName } from "../../functions/domain/metric-presets.ts";

/** What the stack gives to blueprints that do not say it, as options of a command. */
export interface StackOptions {
  readonly targetCluster?: string;
  readonly targetNamespace?: string;
  readonly preset: MetricPresetName;
}

/** Adds the options by which a command knows the stack without asking AWS. */
export function withStackOptions(command: Command): Command {
  return command
    .option("--target-cluster <name>", "EKS cluster for blueprints that name none (rollguard:cluster of the stack)")
    .option("--target-namespace <name>", "namespace for blueprints that name none (rollguard:namespace of the stack)")
    .addOption(
      new Option("--preset <preset>", "where well-known signals come from (rollguard:metricPreset)").choices(METRIC_PRESETS).default("eks"),
    );
}

/** The stack that the options describe. */
export function stackOf({ targetCluster, targetNamespace, preset }: StackOptions): StackBinding {
  return {
    metricPreset: preset,
    target: {
      ...(targetCluster === undefined ? {} : { cluster: targetCluster }),
      ...(targetNamespace === undefined ? {} : { namespace: targetNamespace }),
    },
  };
}
