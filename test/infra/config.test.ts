import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RemovalPolicy } from "aws-cdk-lib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { buildRollguard } from "../../infra/build-rollguard.ts";
import { readConfig } from "../../infra/config.ts";
import { anApp } from "./synthesise.ts";

describe("configuration", () => {
  const config = (context: Readonly<Record<string, unknown>>) => readConfig(anApp(context).node);

  it("defaults to AWS, the blueprints folder and AWS's own alarm events", () => {
    expect(config({})).toMatchObject({
      target: "aws",
      blueprintFolder: "blueprints",
      binding: { metricPreset: "eks" },
      eventSources: ["aws.cloudwatch"],
      network: undefined,
      removalPolicy: RemovalPolicy.RETAIN,
    });
  });

  it("aims the local target at the emulator's account and hears the alarm clock", () => {
    expect(config({ "rollguard:target": "local" })).toMatchObject({
      target: "local",
      binding: { metricPreset: "demo" },
      eventSources: ["aws.cloudwatch", "rollguard.alarm-clock"],
      env: { account: "000000000000", region: "us-east-1" },
      removalPolicy: RemovalPolicy.DESTROY,
    });
  });

  it.each([["aws.cloudwatch, drills"], [["aws.cloudwatch", "drills"]], ["aws.cloudwatch,drills,drills"]])(
    "takes a list from the command line or from cdk.json: %j",
    (value) => {
      expect(config({ "rollguard:eventSources": value }).eventSources).toEqual(["aws.cloudwatch", "drills"]);
    },
  );

  it("binds blueprints to the stack's own target and preset", () => {
    const { binding } = config({
      "rollguard:cluster": "prod",
      "rollguard:namespace": "shop",
      "rollguard:deployment": "web",
      "rollguard:metricPreset": "none",
    });

    expect(binding).toEqual({ target: { cluster: "prod", namespace: "shop", deployment: "web" }, metricPreset: "none" });
  });

  it.each([
    [{ "rollguard:target": "lcoal" }, 'rollguard:target: expected one of aws, local; got "lcoal"'],
    [{ "rollguard:tagret": "local" }, "rollguard:tagret: no such context key; did you mean rollguard:target?"],
    [{ "rollguard:colour": "red" }, "rollguard:colour: no such context key; known keys: target, blueprints,"],
    [{ "rollgaurd:target": "local" }, "rollgaurd:target: no such context key; did you mean rollguard:target?"],
    [{ target: "local" }, "target: no such context key; did you mean rollguard:target?"],
    [{ "rollguard:metricPreset": "prometheus" }, 'rollguard:metricPreset: expected one of eks, demo, none; got "prometheus"'],
    [{ "rollguard:eventSources": "" }, "rollguard:eventSources: expected EventBridge sources"],
    [{ "rollguard:cluster": "a b" }, "rollguard:cluster: expected the name of an EKS cluster"],
    [{ "rollguard:cluster": "prod.eu" }, "rollguard:cluster: expected the name of an EKS cluster"],
    [{ "rollguard:namespace": "Shop" }, "rollguard:namespace: expected a Kubernetes namespace"],
    [{ "rollguard:vpcId": "my-vpc" }, "rollguard:vpcId: expected a VPC id, such as vpc-0a1b2c3d"],
    [{ "rollguard:vpcId": "vpc-0a1b2c3d" }, "rollguard:vpcId and rollguard:subnetIds belong together"],
    [{ "rollguard:securityGroupIds": "sg-0a1b2c3d" }, "rollguard:vpcId and rollguard:subnetIds belong together"],
  ])("refuses %j", (context, message) => {
    expect(() => config(context)).toThrow(message);
  });

  it("names every wrong key at once", () => {
    const wrong = { "rollguard:target": "gcp", "rollguard:regoin": "eu" };

    expect(() => config(wrong)).toThrow(/rollguard:target: expected[^\n]*\nrollguard:regoin: no such context key/);
  });
});

describe("blueprints at synth", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "rollguard-blueprints-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const build = (yaml: string) => {
    writeFileSync(join(folder, "shop.yaml"), yaml);
    return () => buildRollguard(anApp({ "rollguard:blueprints": folder }));
  };

  it("fails with file and line when a signal cannot be armed", () => {
    const yaml = [
      "metadata: { name: shop, version: 1.0.0 }",
      "spec:",
      "  target: { cluster: prod, namespace: shop }",
      "  triggers:",
      "    - { name: mood, signal: mood, class: health, severity: high, when: '> 1' }",
      "verification:",
      "  checks: [{ name: pods_ready, type: exact_match, critical: true }]",
    ].join("\n");

    expect(build(yaml)).toThrow(/shop\.yaml:5:\d+ spec\.triggers\[0\]\.signal: /);
  });

  it("fails with file and line when nobody says which cluster is meant", () => {
    const yaml =
      "metadata: { name: shop, version: 1.0.0 }\nverification:\n  checks: [{ name: pods_ready, type: exact_match, critical: true }]";

    expect(build(yaml)).toThrow(/shop\.yaml:1:\d+ spec\.target\.cluster: no cluster is known for this service/);
  });
});
