import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { renderReport } from "../../cli/report/render-report.ts";
import { aHostileIncident, anIncident, INCIDENT_VARIANTS } from "../support/builders/index.ts";

const EXECUTABLE = "/usr/bin/chromium";
const FOLDER = join(import.meta.dirname, "../../.rollguard/screenshots");
const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const hasBrowser = existsSync(EXECUTABLE);

if (!hasBrowser)
  process.stderr.write(`NOT RUN: the report was not opened in a browser, there is no ${EXECUTABLE} (apt-get install chromium)\n`);

it.runIf(process.env.ROLLGUARD_REQUIRE_BROWSER === "1")("the browser that ROLLGUARD_REQUIRE_BROWSER=1 asks for is there", () => {
  expect(hasBrowser, `${EXECUTABLE} is missing`).toBe(true);
});

describe.runIf(hasBrowser)("the report in a browser", { timeout: 120_000 }, () => {
  let browser: Browser;

  beforeAll(async () => {
    mkdirSync(FOLDER, { recursive: true });
    browser = await chromium.launch({ executablePath: EXECUTABLE, args: FLAGS });
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
  });

  async function open(name: string, page: string, look: { readonly colorScheme: "light" | "dark"; readonly width: number }) {
    const file = join(FOLDER, `${name}.html`);
    writeFileSync(file, page);
    const tab = await browser.newPage({ viewport: { width: look.width, height: 900 }, colorScheme: look.colorScheme });
    const complaints: string[] = [];
    tab.on("console", (message) => complaints.push(`${message.type()}: ${message.text()}`));
    tab.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
    tab.on("request", (request) => {
      if (!/^(file|data):/.test(request.url())) complaints.push(`request: ${request.url()}`);
    });
    await tab.goto(pathToFileURL(file).href);
    return { tab, complaints };
  }

  it.each([
    ["light", "desktop", 1100],
    ["dark", "desktop", 1100],
    ["light", "phone", 390],
    ["dark", "phone", 390],
  ] as const)("%s on a %s: no complaint, every point in its place, a screenshot is kept", async (colorScheme, device, width) => {
    const incident = anIncident();
    const { tab, complaints } = await open("recovered", renderReport(incident), { colorScheme, width });

    const circles = await tab.$$eval("circle[data-at]", (elements) =>
      elements.map((element) => ({
        signal: element.closest("[data-signal]")?.getAttribute("data-signal"),
        at: element.getAttribute("data-at"),
        value: Number(element.getAttribute("data-value")),
      })),
    );
    const allCircles = await tab.locator("circle").count();
    const record = JSON.parse((await tab.locator("#record").textContent()) ?? "null");
    await tab.screenshot({ path: join(FOLDER, `recovered-${device}-${colorScheme}.png`), fullPage: true });
    await tab.close();

    expect(complaints).toEqual([]);
    expect(circles).toEqual(incident.series.flatMap(({ signal, points }) => points.map((point) => ({ signal, ...point }))));
    expect(allCircles).toBe(circles.length);
    expect(record).toEqual(JSON.parse(JSON.stringify(incident)));
  });

  it("draws the points where the scales say, in pixels of the screen", async () => {
    const { tab } = await open("placed", renderReport(anIncident()), { colorScheme: "light", width: 390 });
    const circles = await tab.$$eval('[data-signal="latency_p95"] circle', (elements) =>
      elements.map((element) => {
        const { x, y, width, height } = element.getBoundingClientRect();
        return {
          x: x + width / 2,
          y: y + height / 2,
          at: Date.parse(element.getAttribute("data-at") ?? ""),
          value: Number(element.getAttribute("data-value")),
        };
      }),
    );
    await tab.close();
    const [first] = circles;
    const last = circles.at(-1);
    const highest = circles.reduce((a, b) => (b.value > a.value ? b : a));
    if (first === undefined || last === undefined) throw new Error("nothing was drawn");

    const perMs = (last.x - first.x) / (last.at - first.at);
    const perUnit = (highest.y - first.y) / (highest.value - first.value);
    expect(perMs).toBeGreaterThan(0);
    expect(perUnit).toBeLessThan(0);
    for (const { x, y, at, value } of circles) {
      expect(x).toBeCloseTo(first.x + (at - first.at) * perMs, 0);
      expect(y).toBeCloseTo(first.y + (value - first.value) * perUnit, 0);
    }
  });

  it.each(Object.entries(INCIDENT_VARIANTS))(
    "%s fits a phone: nothing is wider than the screen and nothing complains",
    async (name, build) => {
      const { tab, complaints } = await open(name, renderReport(build()), { colorScheme: "dark", width: 360 });
      const width = await tab.evaluate<number>("document.documentElement.scrollWidth");
      await tab.close();

      expect(width).toBeLessThanOrEqual(360);
      expect(complaints).toEqual([]);
    },
  );

  it("lets no text from outside run or become an element", async () => {
    const { tab } = await open("hostile", renderReport(aHostileIncident()), { colorScheme: "light", width: 1100 });
    const harmed = await tab.evaluate<boolean>("'harmed' in window");
    const images = await tab.locator("img").count();
    await tab.close();

    expect(harmed).toBe(false);
    expect(images).toBe(0);
  });
});
