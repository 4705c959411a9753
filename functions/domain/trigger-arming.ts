import type { Trigger } from "./blueprint.ts";
import type { AuthoredTrigger } from "./blueprint-authored-trigger.ts";
import { authoredProblem, type Problem, type ProblemPath } from "./blueprint-problem.ts";
import { parseDurationSeconds } from "./duration.ts";
import type { TriggerForm } from "./trigger-form.ts";

type Mode = Pick<Trigger, "preset" | "mode" | "modeReason" | "expires">;

/** Rules against a moving threshold fire falsely the longer they look: 7.9 % in the hour after a change, 35 % in a day (2 x baseline, measured). */
const ARMED_AFTER_CHANGE_MINUTES = 60;
/** Of `armed: { after_change }`: seven days. */
export const LONGEST_ARMED_MINUTES = 7 * 24 * 60;

type Written = Pick<AuthoredTrigger, "mode" | "mode_reason" | "expires" | "armed">;

/** Mode, reason and expiry. Without a mode of its own there is nothing to give a reason for, and nothing to expire. */
export function modeOf(written: Written, preset: string | null, at: (key: keyof Written) => ProblemPath, problems: Problem[]): Mode {
  const { mode, mode_reason: reason, expires } = written;
  if (mode === undefined && expires !== undefined)
    problems.push(
      authoredProblem(at("expires"), "expires without a mode says nothing", "add mode, such as mode: observe, or remove expires"),
    );
  if (mode === undefined && reason !== undefined)
    problems.push(authoredProblem(at("mode_reason"), "mode_reason without a mode says nothing", "add mode, or remove mode_reason"));
  if (expires !== undefined && !isDay(expires))
    problems.push(authoredProblem(at("expires"), `"${expires}" is not a day of the calendar`, "write year-month-day, such as 2027-01-31"));
  return {
    ...(preset === null ? {} : { preset }),
    ...(mode === undefined ? {} : { mode }),
    ...(reason === undefined ? {} : { modeReason: reason }),
    ...(expires === undefined ? {} : { expires }),
  };
}

/** Why a preset starts in `observe`: its values are a seed's, not the service's. */
export function presetReason(preset: string): string {
  return `preset ${preset}: compare rollguard incidents --observed before arming`;
}

/** When the trigger may act. */
export function armedOf(
  { armed }: Written,
  form: TriggerForm | undefined,
  at: (key: keyof Written) => ProblemPath,
  problems: Problem[],
): Pick<Trigger, "armed"> {
  if (armed === "always") return {};
  if (armed === undefined) {
    // Not a trend: a leak takes its time, and reaches `when` hours after the change that brought it.
    const follows = form?.type === "baseline" && form.against === "before";
    return follows ? { armed: { afterChangeMinutes: ARMED_AFTER_CHANGE_MINUTES } } : {};
  }
  const minutes = (parseDurationSeconds(armed.after_change) ?? Number.NaN) / 60;
  if (!Number.isInteger(minutes) || minutes < 1 || minutes > LONGEST_ARMED_MINUTES)
    problems.push(
      authoredProblem(
        [...at("armed"), "after_change"],
        `after_change ${armed.after_change} is out of range`,
        "write whole minutes up to 7d, or armed: always",
      ),
    );
  return { armed: { afterChangeMinutes: minutes } };
}

/** 2027-02-30 is none: JavaScript reads it as a day of March. */
function isDay(text: string): boolean {
  const millis = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(millis) && new Date(millis).toISOString().startsWith(text);
}
