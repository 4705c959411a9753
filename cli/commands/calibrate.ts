import type { Command } from "commander";
import { calibrateTriggers } from "../../functions/domain/backtest/calibrate-trigger.ts";
import { compileAlarms } from "../../functions/domain/blueprint-alarms.ts";
import { RELEASE_RULE } from "../../functions/domain/judging/release-rule.ts";
import { calibrationYaml } from "../backtest/calibration-yaml.ts";
import { type DataOptions, withDataOptions } from "../backtest/data-options.ts";
import { gatheredPoints } from "../backtest/gathered-data.ts";
import { renderCalibration } from "../backtest/render-calibration.ts";
import { stageNotes } from "../backtest/stage-notes.ts";
import { badInput } from "../command-error.ts";
import type { CommandContext } from "../context.ts";

interface CalibrateOptions extends Omit<DataOptions, "deploys" | "table"> {
  readonly json?: boolean;
  readonly write?: string;
  readonly force?: boolean;
}

const { replays, historyDays, regressions, falseWeight, familyWeightExponent, falseCap } = RELEASE_RULE;

/** `rollguard calibrate`: thresholds that a service's own past suggests. */
export function calibrateCommand(parent: Command, context: CommandContext): void {
  const command = parent
    .command("calibrate")
    .description("suggest thresholds by a service's own past, with what each would have done; changes no blueprint")
    .argument("<service>", "service, as its blueprint is named");
  withDataOptions(command, { deploys: false })
    .option("--json", "one JSON object on stdout (docs/backtest.md)")
    .option("--write <file>", "also write the thresholds as YAML to copy from")
    .option("--force", "replace the file of --write")
    .addHelpText(
      "after",
      `
Each trigger keeps its M of N. Its threshold is tried on up to ${replays.toLocaleString("en-US")} pretended deploys of the last ${historyDays} days: nothing was deployed there, so whatever fires is
false; FOUND is what fires when the hour after is ${regressions.join(" and ")} times as bad. One false rollback in a hundred has to buy ${falseWeight} in a hundred regressions more,
of m triggers m^${familyWeightExponent} times as many, and the triggers of a service share a cap of ${100 * falseCap} % of false rollbacks. No blueprint is changed: copy what you agree with.

Examples:
  $ rollguard calibrate checkout
  $ rollguard calibrate checkout --file metrics.csv
  $ rollguard calibrate checkout --file metrics.csv --write thresholds.yaml
  $ rollguard calibrate checkout --json | jq '.triggers[] | select(.suggested != null) | {trigger, suggested}'`,
    )
    .action(async (service: string, options: CalibrateOptions) => {
      const { console, ports } = context;
      const stage = stageNotes(console, ports.clock);
      const { blueprint, data, report } = await gatheredPoints(service, options, context);
      const triggers = calibrateTriggers(compileAlarms(blueprint), data, stage);
      if (options.json) console.write(`${JSON.stringify({ service, data: report, triggers }, null, 2)}\n`);
      else console.write(`${renderCalibration(service, report, triggers, console.columns, console.colours)}\n`);
      if (options.write === undefined) return;
      const written = await ports.writeWhole(options.write, calibrationYaml(service, report, triggers), options.force === true);
      if (!written) throw badInput(`${options.write} is there already. Name another file, or replace it with --force.`);
      console.note(`Written: ${options.write}`);
    });
}
