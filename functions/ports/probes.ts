import type { Target } from "../domain/blueprint.ts";
import type { ProbedCheck, ProbeReading } from "../domain/probe.ts";

/** What a probe is about, beyond its check. */
export interface ProbeContext {
  readonly target: Target;
  /** Whose pods count; null where pods of two templates are meant to run. */
  readonly templateHash: string | null;
  /** What a log says before this is not the restored release's. */
  readonly since: Date;
  readonly execution: string;
}

/** Asks the service itself. Bounded to ten seconds, and never throws: a probe that cannot be made is `unreachable`, with the reason. */
export interface Probes {
  run(check: ProbedCheck, context: ProbeContext): Promise<ProbeReading>;
}
