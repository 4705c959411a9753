import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RELEASE_RULE } from "../../functions/domain/judging/release-rule.ts";
import { aRelease } from "../support/builders/index.ts";
import { FakeWorld } from "./fake-command.ts";

const BLUEPRINT = `metadata: { name: shop, version: 1.0.0 }
spec:
  target: { cluster: prod, namespace: shop }
  mode: observe
  signals:
    latency: { unit: ms, metric: { namespace: Shop, name: Latency, stat: Average } }
  triggers:
    - { name: slow, signal: latency, class: performance, severity: high, when: "> 180ms", datapoints_to_alarm: 2, evaluation_periods: 3 }
`;
const START = Date.UTC(2026, 10, 1);
let folder: string;
let world: FakeWorld;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rollguard-backtest-"));
  world = new FakeWorld();
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function written(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** So many minutes of 100 ms, and of 300 ms after minute 1,530. */
function metrics(minutes = 4_400, ...more: readonly string[]): string {
  const rows = Array.from(
    { length: minutes },
    (_, minute) => `${timeOf(minute)},latency,${minute >= 1_530 && minute < 1_540 ? 300 : 100 + (minute % 7)},50`,
  );
  return written("metrics.csv", ["timestamp,signal,value,samples", ...rows, ...more].join("\n"));
}

function timeOf(minute: number): string {
  return new Date(START + minute * 60_000).toISOString().slice(0, 19);
}

function argv(...more: readonly string[]): readonly string[] {
  return ["shop", "--blueprints", written("shop.yaml", BLUEPRINT), ...more];
}

describe("rollguard backtest", () => {
  it("prints the rates of all rules side by side, a chart and what must be said, without AWS", async () => {
    const deploys = written("deploys.txt", `${timeOf(600)}\n${timeOf(1_500)}\n${timeOf(3_000)}\n`);

    const { code, out, notes } = await world.run("backtest", ...argv("--file", metrics(), "--deploys", deploys));

    expect({ code, notes, tables: world.tables }).toEqual({ code: 0, notes: "", tables: [] });
    expect(out).toMatch(/^ {2}RULE +FALSE 1 H +FALSE 24 H +1\.5x +2x +3x +DELAY 2x +N$/m);
    expect(out).toMatch(/^ {2}slow +33 % \(6\.1-79\) +100 % \(21-100\) +33 % +100 % +100 % +2\/2 min +3$/m);
    expect(out).toMatch(/^ {2}any trigger /m);
    expect(out).toMatch(/^ {2}judge latency +0 % .* 1$/m);
    expect(out).toMatch(/^ {4}[▁▂▃▄▅▆▇█]{50,}$/m);
    expect(out).toContain("    fired       1 time, first 2026-11-02 01:32:00 UTC\n");
    expect(out.split("\n").filter((line) => line.length > 100)).toEqual([]);
  });

  it("says what of a file had to be put right, and which signals it does not know", async () => {
    const file = metrics(
      3_000,
      `${timeOf(5)},latency,1,1`,
      `${timeOf(3_005)},latency,,`,
      `${timeOf(3_006)},disk,1,1`,
      "2026-11-03T02:07:30,latency,100,50",
    );
    const deploys = written("deploys.csv", `verdict,timestamp\nbad,${timeOf(1_500)}\n,"${timeOf(600)}"\n`);

    const { out, code } = await world.run("backtest", ...argv("--file", file, "--deploys", deploys));

    expect(code).toBe(0);
    expect(out).toMatch(/latency: 7 missing points, 1 duplicate \(the first row counts\), 1 row out of order \(sorted\),\n? *1 row/);
    expect(out).toContain("not in the blueprint, and not looked at: disk");
    expect(out).toContain("2 deploys of the file, 1 of them known to be bad");
  });

  it("gives everything as JSON, and a page that needs nothing else", async () => {
    const deploys = written("deploys.txt", timeOf(1_500));

    const { out, notes } = await world.run("backtest", ...argv("--file", metrics(), "--deploys", deploys, "--json", "--html", "page.html"));

    const result = JSON.parse(out);
    expect(result).toMatchObject({
      service: "shop",
      data: { source: "file", datapoints: 4_400, dollars: 0 },
      deploys: { from: "file", times: [{ at: "2026-11-02T01:00:00.000Z", bad: false }] },
      triggers: [{ trigger: "slow", falseInHour: { fired: 1, of: 1 } }],
      family: { triggers: { rules: ["slow"] } },
    });
    const page = world.files.get("page.html") ?? "";
    expect(notes).toBe("Written: page.html");
    expect(page).toMatch(/^<!doctype html>/);
    expect(page).toContain("default-src 'none'");
    expect(page).not.toMatch(/https?:\/\/|<script(?! type="application\/json")/);
  });

  it("documents every field of its JSON", async () => {
    const deploys = written("deploys.txt", `${timeOf(1_500)}\n${timeOf(3_000)}`);
    const page = new Set([...readFileSync("docs/backtest.md", "utf8").matchAll(/`([a-zA-Z0-9]+)`/g)].map(([, name]) => name ?? ""));
    const backtest = await world.run("backtest", ...argv("--file", metrics(), "--deploys", deploys, "--json"));
    const calibrate = await world.run("calibrate", ...argv("--file", metrics(), "--json"));

    const fields = [backtest, calibrate].map(({ out }) => fieldsOf(JSON.parse(out)));

    expect(fields.map(({ size }) => size > 20)).toEqual([true, true]);
    expect(fields.flatMap((all) => [...all]).filter((field) => !page.has(field))).toEqual([]);
  });

  it("reads CloudWatch and the ledger, and says before what that costs", async () => {
    const now = world.clock.now().getTime();
    world.metrics.setMetric("Latency", (epochSeconds) => (epochSeconds % 86_400 === 600 ? null : 100));
    world.ledger.seedReleases(
      aRelease({
        service: "shop",
        firstSeenAt: new Date(now - 5 * 86_400_000).toISOString(),
        liveSince: new Date(now - 5 * 86_400_000).toISOString(),
      }),
    );

    const { code, out, notes } = await world.run("backtest", ...argv("--json"));

    expect(code).toBe(0);
    expect(notes).toBe("Reading 1 metric, at most 21,600 datapoints, from CloudWatch: < $0.01 (GetMetricData).");
    expect(JSON.parse(out)).toMatchObject({
      data: { source: "cloudwatch", datapoints: 21_600 },
      deploys: { from: "ledger", times: [{ bad: false }] },
    });
  });

  it.each([
    ["an unknown service", ["other"], 3, /No blueprint in .* is of a service other\. There are: shop\./],
    ["a file that is not there", ["shop", "--file", "/nowhere.csv"], 2, /There is no \/nowhere\.csv/],
    ["a time that is none", ["shop", "--from", "yesterday"], 2, /Expected a UTC time/],
    ["times in the wrong order", ["shop", "--from", "2026-11-20", "--to", "2026-11-19"], 2, /is not before --to/],
  ])("refuses %s", async (_what, [service = "", ...more], exitCode, message) => {
    const { code, notes } = await world.run("backtest", service, "--blueprints", written("shop.yaml", BLUEPRINT), ...more);

    expect(code).toBe(exitCode);
    expect(notes).toMatch(message);
  });

  it("names file, line and remedy of broken rows and of broken deploys", async () => {
    const file = written("broken.csv", `timestamp,signal,value\n${timeOf(0)},latency,fast\n`);
    const deploys = written("deploys.txt", `${timeOf(0)}\nnoon\n`);

    const rows = await world.run("backtest", ...argv("--file", file));
    const times = await world.run("backtest", ...argv("--file", metrics(), "--deploys", deploys));

    expect([rows.code, times.code]).toEqual([2, 2]);
    expect(rows.notes).toContain(`${file}:2: "fast" is no value (write a number, or nothing for a missing point)`);
    expect(times.notes).toContain(`${deploys}:2: "noon" is no time (write UTC as 2026-11-20T03:12:00)`);
  });
});

describe("rollguard calibrate", () => {
  it("refuses a file whose times cannot be true, before it makes room for what lies between", async () => {
    const file = metrics(300, "2206-11-20T00:00:00,latency,100,50");

    const { code, notes } = await world.run("backtest", ...argv("--file", file, "--deploys", written("deploys.txt", `${timeOf(100)}\n`)));

    expect(code).toBe(2);
    expect(notes).toContain(`${file}, latency: from 2026-11-01T00:00:00.000Z to 2206-11-20T00:00:00.000Z are `);
    expect(notes).toContain("one of these times is wrong. Correct its row, or take it out.");
  });

  it("prints what is and what the past suggests, and writes it as YAML, once", async () => {
    const first = await world.run("calibrate", ...argv("--file", metrics(), "--write", "thresholds.yaml"));
    const second = await world.run("calibrate", ...argv("--file", metrics(), "--write", "thresholds.yaml"));
    const forced = await world.run("calibrate", ...argv("--file", metrics(), "--write", "thresholds.yaml", "--force"));

    expect([first.code, second.code, forced.code]).toEqual([0, 2, 0]);
    expect(first.out).toMatch(/^ {2}slow +now +> 180ms +[\d.]+ %/m);
    expect(first.out).toMatch(/^ +suggested +> [\d.]+(ms|x baseline) +[\d.]+ %/m);
    expect(second.notes).toContain("thresholds.yaml is there already. Name another file, or replace it with --force.");
    expect(world.files.get("thresholds.yaml")).toMatch(
      /^triggers:\n {2}# false .* pretended deploys, 73 hours without overlap\n {2}- name: "slow"\n {4}when: "> /m,
    );
    expect(readFileSync(join(folder, "shop.yaml"), "utf8")).toBe(BLUEPRINT);
  });

  it("says in its help and its page what the release rule's weights are", async () => {
    const { falseWeight, familyWeightExponent, falseCap } = RELEASE_RULE;
    const { out } = await world.run("calibrate", "--help");

    for (const text of [out.replaceAll(/\s+/g, " "), readFileSync("docs/backtest.md", "utf8")]) {
      expect(text).toContain(`has to buy ${falseWeight} in a hundred regressions more`);
      expect(text).toContain(`m^${familyWeightExponent} times as many`);
      expect(text).toContain(`a cap of ${100 * falseCap} %`);
    }
  });
});

function fieldsOf(value: unknown, fields = new Set<string>()): Set<string> {
  if (Array.isArray(value)) for (const one of value) fieldsOf(one, fields);
  else if (typeof value === "object" && value !== null) {
    for (const [name, one] of Object.entries(value)) {
      fields.add(name);
      fieldsOf(one, fields);
    }
  }
  return fields;
}
