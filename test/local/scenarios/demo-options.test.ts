import { describe, expect, it } from "vitest";
import { DemoOptionsError, HELP, readDemoOptions } from "../../../local/scenarios/demo-options.ts";
import { SCENARIOS } from "../../../local/scenarios/index.ts";
import { DEMO_PROFILES } from "../../../local/traffic/profiles.ts";

const namesOf = (args: string[]) => readDemoOptions(args).scenarios.map(({ name }) => name);

describe("readDemoOptions", () => {
  it("plays latency-regression unless told otherwise", () => {
    expect(namesOf([])).toEqual(["latency-regression"]);
    expect(readDemoOptions([])).toMatchObject({ keep: false, kubeconfig: null, help: false });
  });

  it("plays one scenario, or all of them", () => {
    expect(namesOf(["--scenario", "scale-down"])).toEqual(["scale-down"]);
    expect(namesOf(["--scenario=all"])).toEqual([
      "latency-regression",
      "error-rate",
      "crash-loop",
      "scale-down",
      "not-our-fault",
      "error-spike",
      "memory-leak",
      "gradual",
      "canary",
    ]);
  });

  it("takes the other options", () => {
    expect(readDemoOptions(["--keep", "--kubeconfig", "admin.conf"])).toMatchObject({ keep: true, kubeconfig: "admin.conf" });
    expect(readDemoOptions(["-h"]).help).toBe(true);
  });

  it.each([
    { args: ["--scenario", "scale-dwn"], message: /there is no "scale-dwn"; did you mean scale-down\? Scenarios are .*all/ },
    { args: ["--scenario", "everything"], message: /there is no "everything"/ },
    { args: ["--scenraio", "all"], message: /'--scenraio'; did you mean --scenario\?/ },
    { args: ["--kubeconfig"], message: /kubeconfig/ },
    { args: ["all"], message: /'all'/ },
  ])("refuses $args and says what was meant", ({ args, message }) => {
    expect(() => readDemoOptions(args)).toThrow(DemoOptionsError);
    expect(() => readDemoOptions(args)).toThrow(message);
  });
});

describe("the scenarios", () => {
  it("have a service each, with traffic, and are all in the help", () => {
    expect(new Set(SCENARIOS.map(({ service }) => service)).size).toBe(SCENARIOS.length);
    for (const { name, service } of SCENARIOS) {
      expect(DEMO_PROFILES).toHaveProperty([service]);
      expect(HELP).toContain(name);
    }
  });
});
