import type { StepLogger } from "../../../functions/runtime/logger.ts";

/** Says nothing. */
export const silentLogger: StepLogger = { info: () => {}, warn: () => {}, error: () => {} };

export interface LoggedLine {
  readonly level: "info" | "warn" | "error";
  readonly message: string;
  readonly extra: Readonly<Record<string, unknown>>;
}

/** Remembers what was said, for tests whose subject is a log line. */
export function recordingLogger(): StepLogger & { readonly lines: LoggedLine[] } {
  const lines: LoggedLine[] = [];
  const at =
    (level: LoggedLine["level"]) =>
    (message: string, extra: Record<string, unknown> = {}) => {
      lines.push({ level, message, extra });
    };
  return { lines, info: at("info"), warn: at("warn"), error: at("error") };
}
