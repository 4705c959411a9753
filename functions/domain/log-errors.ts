/** A level as a word of its own, or as the value of a field: `ERROR`, `[error]`, `level=error`, `"severity":"CRITICAL"`. */
const LEVEL = /(?<![\w-])(?:ERROR|FATAL|CRITICAL|SEVERE|PANIC)(?![\w-])|\[(?:error|fatal|crit|critical|emerg|alert)\]/;
const FIELD = /"?(?:level|lvl|severity|log\.level)"?\s*[=:]\s*"?(?:error|err|fatal|critical|crit|panic|emergency|alert)\b/i;
/** pino and bunyan write levels as numbers: 50 is an error, 60 is fatal. */
const NUMBERED = /"level"\s*:\s*[56]\d\b/;
/** klog: `E1120 03:12:42.000000`. */
const KLOG = /^[EF]\d{4} \d{2}:/;
/** Something that nobody caught. */
const UNCAUGHT = /^(?:panic:|Traceback \(most recent call last\)|Exception in thread|Unhandled |Uncaught )/;
/** A line that says that there is none. */
const NONE = /\b(?:0|no|without) errors?\b/i;
/** What the kubelet puts before each line when it is asked for timestamps. */
const TIMESTAMP = /^\d{4}-\d{2}-\d{2}T[\d:.]+(?:Z|[+-]\d{2}:\d{2}) /;

/** How many lines look like errors, by level or as something uncaught; the lines of a stack trace below count for nothing. */
export function countErrorLines(lines: readonly string[]): number {
  return lines.map((line) => line.replace(TIMESTAMP, "")).filter(looksLikeError).length;
}

function looksLikeError(line: string): boolean {
  if (FIELD.test(line) || NUMBERED.test(line)) return true;
  if (NONE.test(line)) return false;
  return LEVEL.test(line) || KLOG.test(line) || UNCAUGHT.test(line);
}
