import { alignedTable as table } from "./aligned-table.ts";
import type { BenchResult } from "./bench-result.ts";
import { budgetsOf } from "./budgets.ts";

/** Everything for people: the figures side by side, then each budget, met or missed. */
export function renderTables(result: Partial<BenchResult>): string {
  const sections = [bundleTable(result), recoveryTable(result), reactionTable(result), budgetTable(result)];
  const note = "Times are this machine's, and rise when it is busy; compared are ratios of samples taken by turns in this run.";
  return `${[...sections.filter((section) => section !== ""), note].join("\n\n")}\n`;
}

function bundleTable({ reference, bundles }: Partial<BenchResult>): string {
  if (!reference || !bundles) return "";
  const times = (value: number, of: number) => `${(value / of).toFixed(2)}x`;
  const rows = bundles.map(({ name, kilobytes, initMs }) => [
    name,
    kilobytes.toFixed(1),
    times(kilobytes, reference.kilobytes),
    initMs.toFixed(1),
    times(initMs, reference.initMs),
  ]);
  const yardstick = ["reference (DynamoDB, SFN)", reference.kilobytes.toFixed(1), "", reference.initMs.toFixed(1), ""];
  return table("Bundles: minified code, and a cold import with its clients (median)", [["", "KB", "", "init ms", ""], yardstick, ...rows]);
}

function recoveryTable({ recovery }: Partial<BenchResult>): string {
  if (!recovery) return "";
  const { replicas, podReadySeconds, server, oursMinAvailable, undoDefaultMinAvailable } = recovery;
  const seconds = (value: number) => value.toFixed(2);
  return table(`Recovery of ${replicas} replicas, pods ready after ${podReadySeconds} s, on ${server} (median)`, [
    ["", "seconds", "fewest available"],
    ["a fresh Deployment", seconds(recovery.freshDeploymentSeconds), ""],
    ["Rollguard", seconds(recovery.oursSeconds), String(oursMinAvailable)],
    ["rollout undo, 25% / 25%", seconds(recovery.undoDefaultSeconds), String(undoDefaultMinAvailable)],
    ["rollout undo, 25% / 0", seconds(recovery.undoSafeSeconds), ""],
  ]);
}

function reactionTable({ reaction, bareUndo }: Partial<BenchResult>): string {
  if (!reaction) return "";
  const { floorP50Ms, p50Ms, p95Ms, samples } = reaction;
  return table(`Reaction: event accepted -> first change of the template accepted (${samples} samples of each)`, [
    ["", "p50 ms", "p95 ms"],
    ["the same graph, doing nothing", String(floorP50Ms), ""],
    ["Rollguard", String(p50Ms), String(p95Ms)],
    ["bare GET, LIST, PATCH", bareUndo?.p50Ms.toFixed(1) ?? "", ""],
  ]).concat("\n  MiniStack waits 150 ms before it begins an execution: both first lines contain them.");
}

function budgetTable(result: Partial<BenchResult>): string {
  const rows = budgetsOf(result).map(({ name, measured, relation, limit, remark, met }) => [
    name,
    Number.isInteger(measured) ? String(measured) : measured.toFixed(2),
    `${relation} ${limit}`,
    met ? "met" : "MISSED",
    remark,
  ]);
  return table("Budgets", [["", "is", "must be", "", ""], ...rows]);
}
