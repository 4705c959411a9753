import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { renderPlan } from "../../cli/alarm-plan/render-plan.ts";
import type { ServicePlan, TriggerPlan } from "../../cli/alarm-plan/service-plan.ts";
import { FakeWorld } from "./fake-command.ts";
import { EVERY_KIND } from "./fixtures-plan.ts";

const EXAMPLES = "blueprints/examples";
let folder: string;
let world: FakeWorld;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rollguard-plan-"));
  world = new FakeWorld();
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function blueprint(text: string = EVERY_KIND): string {
  const file = join(folder, "shop.yaml");
  writeFileSync(file, text);
  return file;
}

async function planned(...argv: readonly string[]): Promise<ServicePlan> {
  const { out } = await world.run("plan", blueprint(), "--json", ...argv);
  const { services } = JSON.parse(out) as { readonly services: readonly ServicePlan[] };
  if (services[0] === undefined) throw new Error(out);
  return services[0];
}

async function trigger(name: string, ...argv: readonly string[]): Promise<TriggerPlan> {
  const found = (await planned(...argv)).triggers.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no trigger ${name}`);
  return found;
}

describe("rollguard plan", () => {
  it("prints a line of figures for each trigger, its rule below, and needs no AWS", async () => {
    const { code, out, notes } = await world.run("plan", blueprint());

    expect({ code, notes }).toEqual({ code: 0, notes: "" });
    expect(out).toMatch(/^ {2}TRIGGER +CLASS\/SEVERITY +MODE +DETECTS +JUDGED +\$\/MONTH +OWNER$/m);
    expect(out).toMatch(/^ {2}orders-low +business\/high +auto +4 min +- +0\.10 {2}cdk$/m);
    expect(out).toContain("    rule       orders < 10 in 2 of 3 x 60 s; missing data: notBreaching\n");
    expect(out).toMatch(/^ {2}wait-long +performance\/critical +auto +40 s +- +0\.30 {2}cdk$/m);
    expect(out).toMatch(/^ {2}database +database\/critical +auto +- +- +0\.00 {2}other$/m);
    expect(out).toContain("    rule       the alarm database-is-down\n");
  });

  it("sums up a service: alarms by kind, who owns them, the month's cost with the day of its prices, rights by group", async () => {
    const { out } = await world.run("plan", blueprint());

    expect(out).toContain("    alarms     2 metric, 1 high resolution, 1 composite, 4 parts\n");
    expect(out).toMatch(/^ {15}pipeline: rollguard-shop-twice-tuned$/m);
    expect(out).toMatch(/^ {15}other: database-is-down$/m);
    expect(out).toMatch(/^ {4}cost {7}\$\d+\.\d\d a month for alarms, list price of us-east-1, 20\d\d-\d\d-\d\d$/m);
    expect(out).toMatch(/^ {4}rbac {7}rollguard:read: get deployments \(shop\)/m);
    expect(out).toMatch(/^ {15}rollguard:write: patch deployments \(shop\)/m);
  });

  it("says why and until when a trigger goes less far than its service", async () => {
    const { out } = await world.run("plan", blueprint());

    expect(out).toMatch(/^ {2}twice +performance\/critical +observe /m);
    expect(out).toContain("    mode       observe: a week of watching, reminds after 2026-12-11\n");
    expect(out).toContain("\n  mode auto: proven in November\n");
  });

  it("never is wider than 100 columns, and nothing of a word that is longer is lost", async () => {
    const long = "x".repeat(180);
    const text = EVERY_KIND.replace("name: orders-low", `name: ${long}`).replace("proven in November", `${"y".repeat(250)} z`);

    const { out } = await world.run("plan", blueprint(text), EXAMPLES);

    expect(out.split("\n").length).toBeGreaterThan(60);
    expect(out.split("\n").filter((line) => line.length > 100)).toEqual([]);
    expect(out.match(/y/g)?.length).toBeGreaterThanOrEqual(250);
    expect((out.split("alarms ")[0] ?? "").match(/x/g)?.length).toBeGreaterThanOrEqual(180);
  });

  it("adds up to what its triggers cost and to the alarms that it names", async () => {
    const { triggers, dollarsPerMonth, owners, alarms } = await planned();

    const sum = triggers.reduce((cents, one) => cents + Math.round(one.dollarsPerMonth * 100), 0);
    expect(Math.round(dollarsPerMonth * 100)).toBe(sum);
    expect(owners.cdk.length + owners.pipeline.length).toBe(alarms.metric + alarms.highResolution + alarms.composite + alarms.parts);
    expect(triggers.find(({ name }) => name === "budget")?.parts).toHaveLength(4);
  });

  it("is a plan for every example that can be armed", async () => {
    const { code, out } = await world.run("plan", EXAMPLES, "--json");
    const { services, problems } = JSON.parse(out);

    expect({ code, problems }).toEqual({ code: 0, problems: [] });
    expect(services.map(({ service }: ServicePlan) => service)).toHaveLength(9);
  });

  it("ends with 2 where a blueprint has a problem, says where on stderr, and plans the others", async () => {
    const { code, out, notes } = await world.run(
      "plan",
      blueprint(EVERY_KIND.replace("severity: high", "severity: hihg")),
      `${EXAMPLES}/checkout.yaml`,
    );

    expect(code).toBe(2);
    expect(out).toMatch(/^checkout \(blueprints\/examples\/checkout\.yaml\)/);
    expect(out).not.toContain("shop");
    expect(notes).toMatch(
      /shop\.yaml:\d+:\d+ spec\.triggers\[0\]\.severity: expected one of .*\n +\d+ \| .*severity: hihg.*\n +\| +\^\^\^\^\n1 problem: 1 blueprint cannot be planned$/,
    );
  });

  it.each([
    [["plan", "/nowhere"], "There is no /nowhere"],
    [["plan", EXAMPLES, "--preset", "gke"], "Allowed choices are eks, demo, none"],
  ])("refuses %j", async (argv, sentence) => {
    expect(await world.run(...argv)).toMatchObject({ code: 2, notes: expect.stringContaining(sentence) });
  });
});

describe("a plan in colours", () => {
  it("is the same text", async () => {
    const plain = renderPlan(await planned(), 100, false);
    const coloured = renderPlan(await planned(), 100, true);

    expect(plain).not.toContain("\u001b");
    expect(coloured).toContain("\u001b[33mwarning");
    expect(stripVTControlCharacters(coloured)).toBe(plain);
  });
});

describe("rollguard plan --history", () => {
  it("says on stderr what the call costs, before it is made", async () => {
    world.failure = new Error("CloudWatch was not to be asked yet");

    const { code, notes } = await world.run("plan", blueprint(), "--history");

    expect(code).toBe(1);
    expect(notes).toMatch(/^Reading 9 metrics of the last 7 days from CloudWatch: less than \$0\.01 \(GetMetricData\)\.\n/);
  });

  it("tells the share of windows with enough data; a gap of a day takes its windows away", async () => {
    const now = world.clock.now().getTime() / 1000;
    world.metrics.setMetric("Orders", (at) => (at >= now - 3 * 86_400 && at < now - 2 * 86_400 ? null : 5)).setMetric("Requests", 100);

    const share = (await trigger("orders-low", "--history")).judgeablePercent;
    const { out } = await world.run("plan", blueprint(), "--history");

    // 1,442 of the windows of 3 points touch the day without data; the first evaluation has its whole range of 5, and the week does not begin with a full minute.
    expect(share).toBeCloseTo(100 * (1 - 1442 / (7 * 1440 - 5)), 3);
    expect(out).toMatch(/^ {2}orders-low +business\/high +auto +4 min +85\.6 % +0\.10 {2}cdk$/m);
    expect((await trigger("twice", "--history")).judgeablePercent).toBe(100);
  });

  it("counts a period with too little traffic as one without data", async () => {
    world.metrics.setMetric("Orders", 5).setMetric("Requests", 19).setMetric("Failed", 1);

    expect(await trigger("budget", "--history")).toMatchObject({ judgeablePercent: expect.any(Number) });
    expect((await trigger("twice", "--history")).judgeablePercent).toBe(0);
  });

  it("does not know of periods below a minute, nor of an alarm that is another's", async () => {
    world.metrics.setMetric("Wait", 5);

    expect(await trigger("wait-long", "--history")).toMatchObject({
      judgeablePercent: null,
      judgeableNote: "unknown, data below 60 s lives 3 h",
    });
    expect(await trigger("database", "--history")).toMatchObject({
      judgeablePercent: null,
      judgeableNote: expect.stringContaining("another's"),
    });
    expect((await world.run("plan", blueprint(), "--history")).out).toContain("    judged     unknown, data below 60 s lives 3 h\n");
  });

  it.each([
    ["a percentile written by hand", '{ name: slow, signal: latency_p95, class: performance, severity: high, when: "> 200ms" }'],
    ["a preset on a percentile, with its minimum of samples", "{ preset: latency-1.5x, name: slow }"],
    [
      "an average over minutes",
      '{ name: slow, signal: cpu_utilization, class: infrastructure, severity: high, when: "> 90%", period: 3m }',
    ],
    ["silence", "{ name: slow, signal: latency_p95, class: performance, severity: high, absent: true }"],
    [
      "the hour before",
      '{ name: slow, signal: request_count, class: performance, severity: high, when: "< baseline - 30%", against: previous-period, period: 1h }',
    ],
  ])("is known of %s", async (_kind, written) => {
    world.metrics.setMetric("Latency", 300).setMetric("pod_cpu_utilization_over_pod_limit", 5);
    const file = blueprint(EVERY_KIND.replace(/\n {4}- \{ name: orders-low.*/, `\n    - ${written}`));

    const { out } = await world.run("plan", file, "--json", "--history");
    const [slow] = (JSON.parse(out) as { readonly services: readonly ServicePlan[] }).services[0]?.triggers ?? [];

    expect(slow?.judgeablePercent).toBeGreaterThan(99);
  });

  it("asks for nothing without the option, and then says so in the data", async () => {
    world.failure = new Error("CloudWatch was asked");

    expect((await planned()).triggers.map(({ judgeablePercent }) => judgeablePercent)).toEqual([null, null, null, null, null]);
  });
});
