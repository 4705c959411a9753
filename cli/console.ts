/** The terminal as the commands see it. Results go to `write` (stdout), everything else to `note` (stderr), so output can be piped. */
export interface Console {
  write(text: string): void;
  note(text: string): void;
  /** Whether stdout may be coloured. */
  readonly colours: boolean;
  /** Whether stderr is a terminal that a person watches. */
  readonly watched: boolean;
  /** Whether stdout is a terminal on which lines can be drawn over. @default false */
  readonly redraws?: boolean;
  readonly columns: number;
  /** Asks a person; null when nobody can answer because stdin is no terminal. */
  readonly ask: ((question: string) => Promise<string>) | null;
}

/** After this long without an answer a person is told what is being waited for. */
export const QUIET_SECONDS = 2;

/** Says `what` on stderr when the work takes longer than `QUIET_SECONDS` and a person watches. */
export async function withProgress<Result>(console: Console, what: string, work: Promise<Result>): Promise<Result> {
  if (!console.watched) return await work;
  const timer = setTimeout(() => console.note(`${what} ...`), QUIET_SECONDS * 1000);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
  }
}
