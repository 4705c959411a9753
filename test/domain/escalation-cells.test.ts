import { describe, expect, it } from "vitest";
import { SEVERITIES, type Severity, TRIGGER_CLASSES, type TriggerClass } from "../../functions/domain/blueprint.ts";
import { ESCALATION_TIERS, type EscalationTier } from "../../functions/domain/escalation.ts";
import { escalationsFor } from "../../functions/domain/escalation-notices.ts";
import type { EscalationFacts } from "../../functions/domain/escalation-situation.ts";
import { OUTCOMES, type Outcome } from "../../functions/domain/rollback-document.ts";
import { anEscalationFacts } from "../support/builders/index.ts";

/** One letter for each tier: on-call, management, devops, product, security, post-mortem. */
const LETTERS: Readonly<Record<EscalationTier, string>> = {
  "on-call": "o",
  management: "m",
  devops: "d",
  product: "p",
  security: "s",
  "post-mortem": "r",
};

type Row = readonly [critical: string, high: string, medium: string, low: string];
type Rows = Readonly<Record<TriggerClass | "no class", Row>>;
const all = (row: Row): Omit<Rows, "security"> => ({
  health: row,
  performance: row,
  business: row,
  infrastructure: row,
  database: row,
  canary: row,
  "no class": row,
});

const NOBODY: Rows = { ...all(["", "", "", ""]), security: ["", "", "", ""] };
const NEEDS_A_HUMAN: Rows = {
  ...all(["omdpr", "o", "o", "o"]),
  performance: ["omdpr", "odpr", "odpr", "odpr"],
  business: ["omdpr", "odpr", "o", "o"],
  security: ["omdpsr", "omsr", "os", "os"],
};

/** Who is called, by outcome, class and severity: every cell. */
const CALLED: Readonly<Record<Outcome, Rows>> = {
  "stand-down": NOBODY,
  merged: NOBODY,
  stale: NOBODY,
  off: NOBODY,
  observed: NOBODY,
  recovered: {
    ...all(["r", "", "", ""]),
    business: ["r", "r", "", ""],
    security: ["omsr", "omsr", "s", "s"],
  },
  denied: {
    ...all(["omdpr", "", "", ""]),
    performance: ["omdpr", "dpr", "dpr", "dpr"],
    business: ["omdpr", "dpr", "", ""],
    security: ["omdpsr", "omsr", "s", "s"],
  },
  escalated: NEEDS_A_HUMAN,
  error: NEEDS_A_HUMAN,
  "not-recovered": { ...all(["omdpr", "omdpr", "omdpr", "omdpr"]), security: ["omdpsr", "omdpsr", "omdpsr", "omdpsr"] },
};
/** What had been done by then: the rollback failed only where it is `not-recovered`. */
const ROLLBACK: Partial<Record<Outcome, EscalationFacts["rollback"]>> = { recovered: "proven", "not-recovered": "unproven" };

const cells = OUTCOMES.flatMap((outcome) =>
  ([...TRIGGER_CLASSES, "no class"] as const).flatMap((triggerClass) =>
    SEVERITIES.map((severity, column) => ({ outcome, triggerClass, severity, called: CALLED[outcome][triggerClass][column] ?? "" })),
  ),
);

function calledFor(
  outcome: Outcome,
  triggerClass: TriggerClass | "no class",
  severity: Severity | null,
  more: Partial<EscalationFacts> = {},
) {
  const classes = triggerClass === "no class" ? [] : [triggerClass];
  const notices = escalationsFor(anEscalationFacts({ outcome, classes, severity, rollback: ROLLBACK[outcome] ?? "not-begun", ...more }));
  return notices.map(({ tier }) => LETTERS[tier]).join("");
}

describe("who is called at the end of an incident", () => {
  it("has a cell for every outcome, class and severity", () => {
    expect(SEVERITIES).toEqual(["critical", "high", "medium", "low"]);
    expect(cells).toHaveLength(OUTCOMES.length * (TRIGGER_CLASSES.length + 1) * 4);
    expect(Object.keys(LETTERS)).toEqual([...ESCALATION_TIERS]);
  });

  it.each(cells)("$outcome, $triggerClass, $severity: $called", ({ outcome, triggerClass, severity, called }) => {
    expect(calledFor(outcome, triggerClass, severity)).toBe(called);
  });

  it("takes an incident that nobody could assess for a high one", () => {
    for (const outcome of OUTCOMES) expect(calledFor(outcome, "business", null), outcome).toBe(calledFor(outcome, "business", "high"));
  });

  it("calls management and everybody else for a rollback that was begun and not proven, however mild it began", () => {
    expect(calledFor("escalated", "health", "low", { rollback: "unproven" })).toBe("omdpr");
    expect(calledFor("error", "health", "low", { rollback: "unproven" })).toBe("omdpr");
    expect(calledFor("escalated", "health", "low", { rollback: "proven" })).toBe("o");
  });

  it("tells the security team of every immediate rollback where the blueprint wants that", () => {
    const policy = { ...anEscalationFacts().policy, securityAlways: true };

    expect(calledFor("recovered", "health", "high", { policy, strategy: "immediate" })).toBe("s");
    expect(calledFor("not-recovered", "health", "high", { policy, strategy: "immediate" })).toBe("omdpsr");
    expect(calledFor("recovered", "health", "high", { policy, strategy: "fast" })).toBe("");
    expect(calledFor("escalated", "health", "high", { policy, strategy: "immediate" })).toBe("o");
  });
});
