import { describe, expect, it } from "vitest";
import { pathText } from "../../../blueprints/import/mapping.ts";
import { readSourceDocuments } from "../../../blueprints/import/source-document.ts";
import { compiled, entryOf, fixture, imported } from "./imported.ts";

const TRIGGERS = fixture("rollback-triggers.yml");
const POLICY = fixture("rollback-policy.yml");

describe("the seed's rollback_triggers", () => {
  it("become the presets of the same rules, and what differs from a preset is written out", () => {
    const { triggers } = compiled(imported(TRIGGERS));

    expect(triggers.map(({ name, preset, signal, rule, form }) => [name, preset, signal, rule ?? form?.type])).toEqual([
      ["error-rate", "error-rate-2x", "error_count", "baseline"],
      ["performance", "latency-1.5x", "latency_p95", "baseline"],
      ["memory", "memory-90", "memory_utilization", { operator: ">", threshold: 90 }],
      ["database", "db-errors", "db_errors", { operator: ">", threshold: 10 }],
      ["health-check", "health-count", "health_failures", { operator: ">", threshold: 3 }],
    ]);
    expect(
      triggers.map(({ periodSeconds, datapointsToAlarm, evaluationPeriods }) => [periodSeconds, datapointsToAlarm, evaluationPeriods]),
    ).toEqual([
      [300, 1, 1],
      [300, 1, 1],
      [60, 10, 10],
      [120, 1, 1],
      [300, 1, 1],
    ]);
  });

  it("start nothing before a person arms them", () => {
    const blueprint = compiled(imported(TRIGGERS));

    expect(blueprint.mode).toBe("observe");
    expect(blueprint.triggers.map(({ mode }) => mode)).toEqual(blueprint.triggers.map(() => "observe"));
  });

  it("name the command for what a person starts", () => {
    expect(entryOf(imported(TRIGGERS), "rollback_triggers.manual")).toMatchObject({
      line: 23,
      column: 3,
      status: "outside",
      to: 'rollguard rollback checkout --reason "..."',
    });
  });

  it("keep other figures as they are", () => {
    const text = TRIGGERS.replace("baseline * 2", "baseline * 3")
      .replace("memory_usage > 90%", "memory_usage >= 80%")
      .replace("10 minutes", "5 minutes");

    const [errors, , memory] = compiled(imported(text)).triggers;

    expect(errors?.form).toMatchObject({ type: "baseline", by: "factor", amount: 3 });
    expect(memory).toMatchObject({
      rule: { operator: ">=", threshold: 80 },
      datapointsToAlarm: 5,
      evaluationPeriods: 5,
      periodSeconds: 60,
    });
  });

  it.each([
    ['"disk_free < 10%"', "no signal of ours is disk_free"],
    ['"errors are many"', "is no comparison"],
    ['"memory_usage > baseline + 3"', "is no comparison"],
  ])("say of the condition %s why it is not mapped, and import the others", (condition, why) => {
    const result = imported(TRIGGERS.replace('"memory_usage > 90%"', condition));

    expect(entryOf(result, "rollback_triggers.memory")).toMatchObject({ status: "not-mapped", note: expect.stringContaining(why) });
    expect(compiled(result).triggers).toHaveLength(4);
  });

  it("say of a window that CloudWatch cannot judge why it is not mapped", () => {
    expect(entryOf(imported(TRIGGERS.replace("10 minutes", "90 seconds")), "rollback_triggers.memory").note).toContain("whole minutes");
  });
});

describe("the seed's rollback_policy", () => {
  it("becomes the presets too, with its limit", () => {
    const blueprint = compiled(imported(POLICY));

    expect(blueprint.triggers.map(({ name, preset }) => [name, preset])).toEqual([
      ["error-rate", "error-rate-2x"],
      ["latency", "latency-1.5x"],
      ["memory", "memory-90"],
      ["health-check", "health-count"],
    ]);
    expect(blueprint.triggers.at(-1)?.rule).toEqual({ operator: ">=", threshold: 3 });
    expect(blueprint.rollback.maxAttempts).toBe(3);
  });

  it("turns a variable into a secret to create, and never into a value", () => {
    const result = imported(POLICY);

    expect(entryOf(result, "rollback_policy.notifications.slack_webhook")).toMatchObject({
      status: "outside",
      to: "secretsmanager:rollguard/checkout/slack-webhook-url",
    });
    expect(entryOf(result, "rollback_policy.notifications.email").to).toBe("secretsmanager:rollguard/checkout/ceo-email");
    expect(result.yaml).not.toMatch(/SLACK|\$\{|CEO/);
  });

  it("never writes the address down either, where the source does", () => {
    const { yaml, mapping } = imported(POLICY.replace("${SLACK_WEBHOOK_URL}", "https://hooks.example.com/T0/B0/secret"));

    expect(`${yaml}${JSON.stringify(mapping)}`).not.toContain("hooks.example.com");
  });

  it("lets a trigger that was switched off observe for 14 days", () => {
    const text = POLICY.replace("    memory:\n      enabled: true", "    memory:\n      enabled: false");

    const memory = compiled(imported(text)).triggers.find(({ name }) => name === "memory");

    expect(memory).toMatchObject({
      mode: "observe",
      modeReason: "imported with enabled: false (source.yml, rollback_policy.triggers.memory)",
      expires: "2026-12-11",
    });
  });

  it("lets every trigger of a policy that was switched off observe for 14 days", () => {
    const blueprint = compiled(imported(POLICY.replace("enabled: true", "enabled: false")));

    expect(blueprint.mode).toBe("observe");
    expect(blueprint.modeReason).toContain("enabled: false");
    expect(blueprint.triggers.map(({ mode, expires }) => [mode, expires])).toEqual(Array(4).fill(["observe", "2026-12-11"]));
  });

  it("shares a trigger with rollback_triggers where both say the same, and asks where they do not", () => {
    const result = imported(`${TRIGGERS}\n${POLICY}`);

    expect(compiled(result).triggers.map(({ name }) => name)).toEqual([
      ...["error-rate", "performance", "memory", "database", "health-check", "health-check-2"],
    ]);
    expect(result.yaml).toContain("keep one of health-check and health-check-2");
  });
});

describe("both blocks", () => {
  it.each([["rollback-triggers.yml"], ["rollback-policy.yml"]])("leave no part of %s unmentioned", (name) => {
    const result = imported(fixture(name));
    const [source] = readSourceDocuments(fixture(name), "source.yml");
    const parts = (source?.leaves() ?? []).map(pathText);

    expect(parts.length).toBeGreaterThan(15);
    expect(parts.filter((part) => !result.mapping.some((entry) => part === entry.source || part.startsWith(`${entry.source}.`)))).toEqual(
      [],
    );
    expect(result.mapping.filter(({ status, note }) => status === "not-mapped" && note === null)).toEqual([]);
  });

  it("list an unknown key with its place", () => {
    expect(entryOf(imported(`${POLICY}  blast_radius: 5\n`), "rollback_policy.blast_radius")).toEqual({
      line: 39,
      column: 3,
      source: "rollback_policy.blast_radius",
      status: "not-mapped",
      to: null,
      note: "unknown key: nothing in a blueprint means this",
    });
  });

  it("give the same bytes for the same source", () => {
    expect(imported(TRIGGERS).yaml).toBe(imported(TRIGGERS).yaml);
  });

  it.each([
    ["rollback_triggers: 5\n", "source.yml:1:20 rollback_triggers: expected a section with keys, got the number 5"],
    ["rollback_triggers:\n  memory:\n    window: 5 minutes\n", "source.yml:2:3 rollback_triggers.memory: trigger memory has no condition"],
    ["rollback_triggers:\n  memory: { condition: [1] }\n", "source.yml:2:13 rollback_triggers.memory.condition: expected text, got a list"],
    ["rollback_policy:\n  enabled: maybe\n", 'source.yml:2:12 rollback_policy.enabled: expected true or false, got "maybe"'],
    ["rollback_policy:\n\t- x\n", "source.yml:2:1: not valid YAML"],
    ["", "source.yml:1:1: the file is empty"],
    ["hello: world\n", "source.yml:1:1: not a format that is known"],
    ["rollback_policy:\n  enabled: true\n", "source.yml:1:1: nothing in it became a trigger"],
  ])("are refused with a place where they are broken: %j", (text, message) => {
    expect(() => imported(text)).toThrow(message);
  });

  it("do not say whose rules they are, so a service must be named", () => {
    expect(() => imported(TRIGGERS, { service: null })).toThrow(
      "source.yml:1:1: the source does not name a service (say it with --service)",
    );
  });
});
