import { expect, it } from "vitest";
import { formatProblem } from "../../blueprints/blueprint-error.ts";
import { parseBlueprintText } from "../../blueprints/load-blueprints.ts";
import { DEMO_STACK } from "./authored-blueprint.ts";

/** Line numbers in this file are those of the text. */
const GOOD = `metadata: { name: checkout, version: 1.0.0 }
spec:
  triggers:
    - preset: error-rate-slo
      mode: observe
      expires: 2027-01-31
      armed: { after_change: 90m }
    - name: errors-burn
      signal: error_rate
      class: performance
      severity: high
      burn_rate:
        objective: 99.9%
        windows:
          - { long: 1h, short: 5m, burn: 14.4 }
    - name: slower
      signal: latency_p95
      class: performance
      severity: high
      when: "> 1.5x baseline"
      floor: 100ms
      armed: always
    - name: leak
      signal: cpu_utilization
      class: infrastructure
      severity: high
      when: "> 60%"
      trend: { limit: 90%, within: 60m }
    - name: silent
      signal: request_count
      class: health
      severity: high
      absent: true
    - preset: security-finding
      sources: [inspector]
      minimum_severity: critical
`;

function problemsOf(text: string): readonly string[] {
  return parseBlueprintText(text, "checkout.yaml", DEMO_STACK).problems.map(formatProblem);
}

it("the text that the cases break is good", () => {
  expect(problemsOf(GOOD)).toEqual([]);
});

it("an existing alarm is named so that an event can be of it: not by its ARN, nor with spaces around it", () => {
  const listening = (alarm: string) =>
    problemsOf(
      GOOD.replace(
        "\n  triggers:",
        `\n  signals: { theirs: { alarm: "${alarm}" } }\n  triggers:\n    - { name: t, signal: theirs, class: health, severity: high }`,
      ),
    );

  expect(listening("team 5xx")).toEqual([]);
  expect(listening("arn:aws:cloudwatch:us-east-1:123456789012:alarm:team")).toEqual([
    expect.stringContaining("expected the alarm's name, which is what follows :alarm: in its ARN"),
  ]);
  expect(listening(" team-5xx")).toEqual([expect.stringContaining("expected the alarm's name without spaces around it")]);
});

it.each([
  [
    "preset: error-rate-slo",
    "preset: error-rate-slow",
    /^4:15 spec\.triggers\[0\]\.preset: expected one of health-critical, .*, got "error-rate-slow" \(did you mean "error-rate-slo"\?\)$/,
  ],
  [
    "preset: error-rate-slo",
    "preset: manual",
    /^4:15 .*preset: manual is no alarm and is always there: a person asks .* \(remove this trigger\)$/,
  ],
  ["mode: observe", "mode: obsreve", /^5:13 .*mode: expected one of observe, approve, auto, got "obsreve" \(did you mean "observe"\?\)$/],
  ["expires: 2027-01-31", "expires: 31.1.2027", /^6:16 .*expires: expected a day such as 2027-01-31, got "31\.1\.2027" \(Day after which/],
  ["expires: 2027-01-31", "expires: 2027-02-30", /^6:16 .*expires: "2027-02-30" is not a day of the calendar \(write year-month-day/],
  [
    "armed: { after_change: 90m }",
    "armed: sometimes",
    /^7:14 .*armed: expected always, or a section with after_change.*, got "sometimes" \(When the trigger may act/,
  ],
  ["after_change: 90m", "after_chnage: 90m", /^7:16 .*armed\.after_chnage: unknown key "after_chnage" \(did you mean "after_change"\?\)$/],
  ["after_change: 90m", "after_change: 90", /^7:30 .*armed\.after_change: expected a duration such as 60s, 5m or 24h, got the number 90/],
  [
    "after_change: 90m",
    "after_change: 90s",
    /^7:30 .*armed\.after_change: after_change 90s is out of range \(write whole minutes up to 7d/,
  ],
  ["objective: 99.9%", "objective: 100%", /^13:20 .*objective: objective "100%" is not between 0% and 100% \(write the share/],
  ["objective: 99.9%", "objectve: 99.9%", /objectve: unknown key "objectve" \(did you mean "objective"\?\)$/],
  ["burn: 14.4", "burn: 1", /^15:42 .*windows\[0\]\.burn: expected a number over 1, got the number 1 \(How many times/],
  [
    "short: 5m",
    "short: 1h",
    /^15:15 .*windows\[0\]: the short window of 1h is not shorter than the long one of 1h \(make it about a twelfth/,
  ],
  [
    "> 1.5x baseline",
    "> 1.5 baseline",
    /^20:13 .*when: expected a comparison with a unit or with the baseline, such as .*, got "> 1\.5 baseline"/,
  ],
  ["> 1.5x baseline", "> 0.5x baseline", /^20:13 .*when: "> 0\.5x baseline" is no trouble.* \(write a factor over 1/],
  [
    "floor: 100ms",
    "floor: 100%",
    /^21:14 .*floor: floor "100%" has the wrong unit: latency_p95 is in ms \(write it in ms, such as 100 ms\)$/,
  ],
  ["floor: 100ms", "flor: 100ms", /^21:7 .*flor: unknown key "flor" \(did you mean "floor"\?\)$/],
  ['when: "> 60%"', 'when: "> 95%"', /^27:13 .*when: "> 95%" begins where the limit of 90% is passed already \(write a value below/],
  ["within: 60m", "within: 60", /^28:36 .*trend\.within: expected a duration such as 60s, 5m or 24h, got the number 60/],
  ["absent: true", "absent: false", /^33:15 .*absent: expected one of true, got the boolean false \(Nothing is measured any more/],
  ["sources: [inspector]", "sources: [macie]", /^35:17 .*sources\[0\]: expected one of guardduty, inspector, security-hub, got "macie"/],
  ["sources: [inspector]", "sources: []", /^35:7 .*sources: expected at least one source, got a list \(Only for preset security-finding/],
  [
    "sources: [inspector]",
    "signal: error_rate",
    /^35:15 .*signal: signal belongs to an alarm, and preset security-finding has none \(remove it; sources/,
  ],
])("%j written as %j", (from, to, problem) => {
  expect(GOOD.split(from)).toHaveLength(2);

  const problems = problemsOf(GOOD.replace(from, to)).map((text) => text.replace(/^checkout\.yaml:/, ""));

  // A needed key that is misspelled is also missing.
  expect(problems.filter((text) => !/: \w+ is missing/.test(text))).toEqual([expect.stringMatching(problem)]);
});
