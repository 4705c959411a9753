import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SEVERITIES } from "../../../functions/domain/blueprint.ts";
import { asffSeverity, guardDutySeverity, inspectorSeverity, isAtLeast } from "../../../functions/domain/findings/finding-severity.ts";
import { findingTime } from "../../../functions/domain/findings/finding-time.ts";

describe("severities", () => {
  it.each([
    [1, "low"],
    [3.9, "low"],
    [4, "medium"],
    [6.9, "medium"],
    [7, "high"],
    [8.9, "high"],
    [9, "critical"],
    [10, "critical"],
  ] as const)("of GuardDuty: %d is %s", (value, severity) => {
    expect(guardDutySeverity(value)).toBe(severity);
  });

  it.each([
    [0, null],
    [1, "low"],
    [39, "low"],
    [40, "medium"],
    [69, "medium"],
    [70, "high"],
    [89, "high"],
    [90, "critical"],
    [100, "critical"],
  ] as const)("of Security Hub without a label: %d is %s", (normalized, severity) => {
    expect(asffSeverity({ label: null, normalized })).toBe(severity);
  });

  it("of Security Hub go by the label where both are given", () => {
    expect(asffSeverity({ label: "LOW", normalized: 40 })).toBe("low");
    expect(asffSeverity({ label: "INFORMATIONAL", normalized: 99 })).toBeNull();
  });

  it("of Inspector are words, and what is not triaged is none", () => {
    expect(["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "UNTRIAGED"].map(inspectorSeverity)).toEqual([...SEVERITIES, null, null]);
  });

  it("are in one order: a graver one passes every minimum that a lesser one passes", () => {
    const severity = fc.constantFrom(...SEVERITIES);
    fc.assert(
      fc.property(severity, severity, severity, (one, other, minimum) => {
        const [graver, lesser] = isAtLeast(one, other) ? [one, other] : [other, one];
        return !isAtLeast(lesser, minimum) || isAtLeast(graver, minimum);
      }),
    );
  });
});

describe("times", () => {
  it.each([
    ["2026-11-20T03:12:20.000Z", "2026-11-20T03:12:20.000Z"],
    ["2026-11-20T04:12:20+01:00", "2026-11-20T03:12:20.000Z"],
    ["2026-11-20T03:12:20.123456789Z", "2026-11-20T03:12:20.123Z"],
    ["Wed Sep 04 16:55:38.411 UTC 2024", "2024-09-04T16:55:38.411Z"],
    ["Jan 19, 2023, 10:46:15 PM", "2023-01-19T22:46:15.000Z"],
    ["Dec 3, 2021, 12:02:30 AM", "2021-12-03T00:02:30.000Z"],
  ])("%s is %s", (text, iso) => {
    expect(findingTime(text)).toBe(iso);
  });

  it.each(["", "yesterday", "Wed Foo 04 16:55:38 UTC 2024", "2026-11-20", "2026-11-20T03:12:20"])("%j is none", (text) => {
    expect(findingTime(text)).toBeNull();
  });
});
