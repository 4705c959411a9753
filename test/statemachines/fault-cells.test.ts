import { afterAll, describe, expect, it } from "vitest";
import { GOOD_HASH } from "../support/builders/index.ts";
import {
  FAULT_NAMES,
  FAULT_STATES,
  type FaultCell,
  faultCells,
  isRetried,
  type PlayedCell,
  playCell,
  RETRIED_NAMES,
} from "../support/machine/fault-cells.ts";

const cells = faultCells();
/** After these the service had recovered, whatever became of the rest. */
const AFTER_RECOVERY = ["DiagnoseCause", "RecordIncident"];
const counts = new Map<string, number>();
const count = (state: string, what: string) => counts.set(`${state} ${what}`, (counts.get(`${state} ${what}`) ?? 0) + 1);

afterAll(() => {
  const ends = [...new Set([...counts.keys()].map((key) => key.split(" ")[1] ?? ""))].sort();
  const row = (words: readonly (string | number)[]) => `| ${words.join(" | ")} |`;
  const lines = FAULT_STATES.map((state) => row([state, ...ends.map((end) => counts.get(`${state} ${end}`) ?? 0)]));
  console.info([`${cells.length} cells`, row(["state", ...ends]), row(["state", ...ends].map(() => "---")), ...lines].join("\n"));
});

describe("every Task state x every fault", () => {
  it("has a column for every error name that the machine retries, and a row for every state", () => {
    expect(RETRIED_NAMES.length).toBeGreaterThan(5);
    for (const name of RETRIED_NAMES) expect(FAULT_NAMES).toContain(name);
    expect(FAULT_STATES).toHaveLength(8);
    expect(cells.length).toBeGreaterThanOrEqual(FAULT_STATES.length * FAULT_NAMES.length);
  });

  it.each(cells)("$state: $fault, $when it did its work, $times", async (cell) => {
    const played = await playCell(cell);
    const { result, incident, incidents, holder, pages, hits, live } = played;
    const outcome = incident?.meta.outcome;

    expect(hits).toBeGreaterThan(0);
    expect(holder).toBeNull();
    expect(incidents.map(({ status }) => status)).toEqual(["closed"]);
    expect(new Set(effects(played)).size).toBe(effects(played).length);
    if (outcome !== "recovered") expect(pages).toBeGreaterThan(0);
    if (result.failure === null) expect(outcome).toBe("recovered");
    if (outcome === "recovered") expect(live).toBe(GOOD_HASH);
    expectEnd(cell, played);
    count(cell.state, outcome ?? "none");
    if (played.held !== null) count(cell.state, "freed-by-event");
  });
});

/** What the machine promises of this very cell. */
function expectEnd(cell: FaultCell, { result, incident, held, live }: PlayedCell): void {
  const outcome = incident?.meta.outcome;
  if (cell.fault === "aborted") {
    expect(result.failure?.name).toBe("ExecutionAborted");
    // nobody had the lock yet, or the record that was written has freed it already
    const isFree = (cell.state === "OpenIncident" && cell.when === "before") || (cell.state === "RecordIncident" && cell.when === "after");
    expect(held === null).toBe(isFree);
    return;
  }
  if (isRetried(cell) && cell.times === "once") {
    expect(result.failure).toBeNull();
    return;
  }
  expect(result.failure).not.toBeNull();
  if (AFTER_RECOVERY.includes(cell.state)) expect(live).toBe(GOOD_HASH);
  else expect(outcome).not.toBe("recovered");
}

function effects({ writes }: PlayedCell): readonly string[] {
  return writes.map((write) => [write.kind, write.kind === "restore-template" ? write.templateHash : ""].join(" "));
}
