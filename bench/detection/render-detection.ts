import { alignedTable } from "../aligned-table.ts";
import type { Aim } from "./aims.ts";
import type { Interval } from "./bootstrap.ts";
import type { DetectionResult } from "./detection-result.ts";
import type { FamilyResult } from "./family.ts";
import type { PairedRate, RuleRow } from "./rule-rows.ts";
import { COMPARED } from "./rules/detection-rule.ts";

/** Everything for people: the rules side by side, their differences to Kayenta, the family, each aim, and what was left out. */
export function renderDetection({ source, rules, paired, family, aims, notes }: DetectionResult): string {
  const [first] = rules;
  const skipped = first?.skipped.map(({ series, reason }) => `  skipped ${series}: ${reason}`) ?? [];
  const sections = [
    ruleTable(source, rules),
    pairedTable(paired.rollguard, paired["seed-2x"]),
    familyTable(family),
    aimTable(aims),
    skipped.join("\n"),
    notes
      .map(
        (note) =>
          `  ${note.series}: ${note.missing} slots missing, ${note.duplicates} duplicate rows, ${note.unsorted} out of order, ${note.withoutValue} without a value`,
      )
      .join("\n"),
  ];
  return `${sections.filter((section) => section !== "").join("\n\n")}\n`;
}

function ruleTable(source: string, rules: readonly RuleRow[]): string {
  const [first] = rules;
  const kayentaDelay = rules.find(({ rule }) => rule === "kayenta")?.medianDelayMinutes ?? null;
  const rows = rules.map((row) => [
    row.rule,
    ...(["falsePercent", "found1_5xPercent", "found2xPercent", "found3xPercent"] as const).map((name) =>
      withInterval(row[name], row.intervals[name]),
    ),
    minutes(row.medianDelayMinutes),
    minutes(row.medianDelayOfAllMinutes),
    row.medianDelayMinutes === null || kayentaDelay === null ? "" : `${(row.medianDelayMinutes / kayentaDelay).toFixed(2)}x`,
    row.inconclusivePercent.toFixed(1),
  ]);
  const title = `${source}: ${first?.series ?? 0} series, ${first?.deploys ?? 0} pretended deploys of each copy (95 % intervals over series)`;
  return alignedTable(title, [
    ["", "false %", "1.5x found %", "2x found %", "3x found %", "median min", "of all", "of Kayenta's", "inconclusive %"],
    ...rows,
  ]);
}

type PairedRowLike = DetectionResult["paired"]["rollguard"];

function pairedTable(rollguard: PairedRowLike, seed2x: PairedRowLike): string {
  const row = (name: string, of: PairedRowLike) => [
    name,
    ...[of.falsePercent, of.found1_5xPercent, of.found2xPercent, of.found3xPercent].map(signed),
    `${minutes(of.foundByBoth.medianDelayMinutes)} / ${minutes(of.foundByBoth.otherMedianDelayMinutes)}`,
    String(of.foundByBoth.deploys),
  ];
  return alignedTable("Against Kayenta, in percentage points, paired by series; minutes of the 2x copies that both found", [
    ["", "false", "1.5x found", "2x found", "3x found", "median min", "copies"],
    row("rollguard", rollguard),
    row("seed-2x", seed2x),
  ]);
}

function familyTable(family: FamilyResult | null): string {
  if (family === null) return "Six triggers: fewer than six series, no family";
  const rows = COMPARED.map((rule) => {
    const row = family[rule];
    const found = [row.found1_5xPercent, row.found2xPercent].map((value) => value.toFixed(1));
    return [
      rule,
      withInterval(row.falsePercent, row.falseInterval),
      row.falseOfOnePercent.toFixed(1),
      ...found,
      minutes(row.medianDelayMinutes),
    ];
  });
  const left = family.leftOut.length === 0 ? "" : `; left out: ${family.leftOut.join(", ")}`;
  return alignedTable(`Six triggers of one release: ${family.families} families, ${family.deploys} deploys${left}`, [
    ["", "any false %", "one false %", "1.5x found %", "2x found %", "median min"],
    ...rows,
  ]);
}

function aimTable(aims: readonly Aim[]): string {
  const rows = aims.map(({ aim, measured, relation, limit, isMet }) => [
    aim,
    measured === null ? "none" : measured.toFixed(2),
    `${relation} ${limit === null ? "none" : limit}`,
    isMet ? "met" : "MISSED",
  ]);
  return alignedTable("Aims", [["", "is", "must be", ""], ...rows]);
}

function withInterval(value: number, [low, high]: Interval): string {
  return `${value.toFixed(1)} [${low.toFixed(1)}, ${high.toFixed(1)}]`;
}

function signed({ difference, interval: [low, high] }: PairedRate): string {
  return `${difference > 0 ? "+" : ""}${difference.toFixed(1)} [${low.toFixed(1)}, ${high.toFixed(1)}]`;
}

function minutes(value: number | null): string {
  return value === null ? "-" : String(Math.round(value * 10) / 10);
}
