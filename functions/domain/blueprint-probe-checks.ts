import type { Check } from "./blueprint.ts";
import type { AuthoredCheck } from "./blueprint-authored.ts";
import { authoredProblem, type Problem, type ProblemPath } from "./blueprint-problem.ts";
import { parseDurationSeconds } from "./duration.ts";

/** Probes of one look run side by side, and none may take longer (seed 003). */
export const MOST_PROBE_SECONDS = 10;
const DEFAULT_SCRIPT_SECONDS = 120;
const MOST_SCRIPT_SECONDS = 1800;
const DEFAULT_TAIL_LINES = 200;

/** Authored checks that ask something other than a signal. */
export type AuthoredProbe = Extract<AuthoredCheck, { type: "http" | "endpoints_ready" | "log_errors" | "db_connection" | "script" }>;
type Probe = Extract<Check, { type: AuthoredProbe["type"] }>;
type Common = Pick<Check, "critical" | "rollbackTrigger" | "phase">;

/** Defaults filled in, durations in seconds. */
export function compileProbe(check: AuthoredProbe, common: Common, path: ProblemPath, problems: Problem[]): Probe {
  const within = (key: "timeout" | "latency", text: string | undefined, byDefault: number, most: number): number => {
    if (text === undefined) return byDefault;
    const seconds = parseDurationSeconds(text) ?? Number.NaN;
    if (!(seconds > 0) || seconds > most) {
      problems.push(authoredProblem([...path, key], `${key} ${text} is out of range`, `use more than 0 s and at most ${most} s`));
    }
    return seconds;
  };
  const name = check.name;
  switch (check.type) {
    case "http": {
      const timeoutSeconds = within("timeout", check.timeout, MOST_PROBE_SECONDS, MOST_PROBE_SECONDS);
      const latencySeconds = check.latency === undefined ? null : within("latency", check.latency, 0, timeoutSeconds);
      const latencyMs = latencySeconds === null ? null : Math.round(latencySeconds * 1000);
      return { type: "http", name, ...common, url: check.url, status: check.status ?? 200, timeoutSeconds, latencyMs };
    }
    case "endpoints_ready":
      return { type: "endpoints_ready", name, ...common, kubernetesService: check.service, minimum: check.minimum ?? 1 };
    case "log_errors":
      return { type: "log_errors", name, ...common, maximum: check.maximum ?? 0, tailLines: check.tail_lines ?? DEFAULT_TAIL_LINES };
    case "db_connection": {
      const timeoutSeconds = within("timeout", check.timeout, MOST_PROBE_SECONDS, MOST_PROBE_SECONDS);
      return { type: "db_connection", name, ...common, host: check.host, port: check.port, timeoutSeconds };
    }
    case "script": {
      const timeoutSeconds = Math.round(within("timeout", check.timeout, DEFAULT_SCRIPT_SECONDS, MOST_SCRIPT_SECONDS));
      return { type: "script", name, ...common, job: check.job, timeoutSeconds };
    }
  }
}
