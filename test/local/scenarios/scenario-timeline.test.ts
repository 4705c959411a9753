import { describe, expect, it } from "vitest";
import { coloursOf } from "../../../cli/terminal/colours.ts";
import { latencyRegression } from "../../../local/scenarios/latency-regression.ts";
import { notOurFault } from "../../../local/scenarios/not-our-fault.ts";
import { terminalTimeline } from "../../../local/scenarios/scenario-timeline.ts";
import { summaryTable } from "../../../local/scenarios/summary.ts";
import { anIncident } from "../../support/builders/index.ts";

const since = new Date("2026-11-22T10:00:00Z");
const at = new Date("2026-11-22T10:00:12.340Z");

describe("terminalTimeline", () => {
  it("writes one aligned line per event, with seconds since the change and no colour codes when there is no terminal", () => {
    const written = writtenBy(false, 80, (timeline) => timeline.event("checkout", at, since, "ALARM", "p95 is over 200 ms"));

    expect(written).toBe("  12.3 s  checkout  ALARM      p95 is over 200 ms\n");
  });

  it("cuts a long text to the terminal's width", () => {
    const written = writtenBy(false, 80, (timeline) => timeline.event("checkout", at, since, "ALARM", "long ".repeat(40)));

    expect(written.trimEnd()).toHaveLength(80);
    expect(written).toContain("…");
  });

  it("colours on a terminal, and lets no control character through", () => {
    const written = writtenBy(true, 80, (timeline) => timeline.event("checkout", at, since, "ALARM", "a\u001b[2Jb"));

    expect(written).toContain("\u001b[31mALARM");
    expect(written).not.toContain("\u001b[2J");
  });
});

describe("summaryTable", () => {
  it("says per scenario how it ended and how long it took", () => {
    const runs = [
      {
        scenario: latencyRegression,
        problems: [],
        incident: anIncident(),
        detectionSeconds: 18.2,
        reactionSeconds: 0.9,
        recoverySeconds: 47,
      },
      {
        scenario: notOurFault,
        problems: ["nobody was paged"],
        incident: null,
        detectionSeconds: null,
        reactionSeconds: null,
        recoverySeconds: null,
      },
    ];

    const [head = "", first = "", second = ""] = summaryTable(runs, coloursOf(false)).split("\n");

    expect(head.split(/\s+/).filter(Boolean)).toEqual(["scenario", "service", "outcome", "detection", "reaction", "recovery"]);
    expect(first.split(/\s{2,}/)).toEqual(["right", "latency-regression", "checkout", "Recovered", "18.2 s", "0.9 s", "47 s"]);
    expect(second.split(/\s{2,}/)).toEqual(["WRONG", "not-our-fault", "search", "no incident", "-", "-", "-"]);
  });
});

function writtenBy(colours: boolean, columns: number, use: (timeline: ReturnType<typeof terminalTimeline>) => void): string {
  let written = "";
  const write = (text: string) => {
    written += text;
  };
  use(terminalTimeline({ write, colours: coloursOf(colours), columns, startedAt: since, serviceColumns: 8 }));
  return written;
}
