import { formatSeconds } from "../../cli/report/format.ts";
import { outcomeWords } from "../../cli/report/outcome.ts";
import { type Colours, toned } from "../../cli/terminal/colours.ts";
import { table } from "../../cli/terminal/layout.ts";
import type { ScenarioRun } from "./run-scenario.ts";

/** One line per scenario: how it ended, and how long each part took. */
export function summaryTable(runs: readonly ScenarioRun[], colours: Colours): string {
  const head = ["", "scenario", "service", "outcome", "detection", "reaction", "recovery"].map((cell) => colours.dim(cell));
  return table([
    head,
    ...runs.map(({ scenario, problems, incident, ...times }) => {
      const words = incident ? outcomeWords(incident.meta.outcome) : null;
      return [
        problems.length === 0 ? colours.green("right") : colours.red("WRONG"),
        scenario.name,
        scenario.service,
        words ? toned(colours, problems.length === 0 ? "good" : words.tone, words.label) : "no incident",
        seconds(times.detectionSeconds),
        seconds(times.reactionSeconds),
        seconds(times.recoverySeconds),
      ];
    }),
  ]);
}

/** What the columns mean, for people who compare numbers. */
export const SUMMARY_LEGEND =
  "detection: change to alarm; reaction: alarm's event to the first accepted change of template or replicas, cold starts included; recovery: change to verified recovery";

function seconds(value: number | null): string {
  return value === null ? "-" : formatSeconds(value);
}
