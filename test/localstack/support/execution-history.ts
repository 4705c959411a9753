import type { HistoryEvent } from "@aws-sdk/client-sfn";

/** One call of a Task's function. */
export interface Attempt {
  readonly scheduledAt: Date;
  readonly failedAt: Date | null;
  /** The name that Retry and Catch match. */
  readonly error: string | null;
}

/** Names of the states in the order in which they were entered. */
export function statesEntered(history: readonly HistoryEvent[]): string[] {
  return history.flatMap((event) => event.stateEnteredEventDetails?.name ?? []);
}

/** Every call that a Task state made, retries included. The machine has no parallel states, so the order of the history is enough. */
export function attemptsOf(history: readonly HistoryEvent[], state: string): Attempt[] {
  const attempts: Attempt[] = [];
  let current = "";
  for (const event of history) {
    current = event.stateEnteredEventDetails?.name ?? current;
    if (current !== state || event.timestamp === undefined) continue;
    const failure = event.lambdaFunctionFailedEventDetails ?? event.taskFailedEventDetails;
    if (event.type === "LambdaFunctionScheduled" || event.type === "TaskScheduled") {
      attempts.push({ scheduledAt: event.timestamp, failedAt: null, error: null });
    } else if (failure !== undefined) {
      const last = attempts.pop();
      if (last) attempts.push({ ...last, failedAt: event.timestamp, error: failure.error ?? "" });
    }
  }
  return attempts;
}

/** Seconds between a failed attempt and the next one. */
export function gapSeconds(attempts: readonly Attempt[]): number[] {
  return attempts.flatMap(({ failedAt }, index) => {
    const next = attempts[index + 1];
    return failedAt === null || next === undefined ? [] : [(next.scheduledAt.getTime() - failedAt.getTime()) / 1000];
  });
}
