/** What can go wrong with one call. `reset after apply`: the server has done what was asked, and nobody hears of it. */
export const FAULTS = [
  "500",
  "503",
  "429",
  "429 with Retry-After",
  "expired token",
  "reset before apply",
  "reset after apply",
  "stall",
  "stale",
] as const;
export type FaultName = (typeof FAULTS)[number];

/** One call of a use case: the nth of that method and path. */
export interface Call {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** From 1. */
  readonly nth: number;
}

/** A fault at one call, once. */
export interface Fault {
  readonly call: Call;
  readonly name: FaultName;
}

/** Which faults a call can meet: a lost reply of a read is like a lost request, and only a read can be stale. */
export function faultsOf({ method }: Call): readonly FaultName[] {
  return FAULTS.filter((name) => (name === "stale" ? method === "GET" : name === "reset after apply" ? method !== "GET" : true));
}

/** For people. */
export function describeCall({ method, path, nth }: Call): string {
  return `${method} ${decodeURIComponent(path)}${nth === 1 ? "" : ` (#${nth})`}`;
}
