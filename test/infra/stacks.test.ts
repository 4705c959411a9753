import { describe } from "vitest";
import { alarmSuite } from "./suites/alarms.ts";
import { eventSuite } from "./suites/events.ts";
import { functionSuite } from "./suites/functions.ts";
import { permissionSuite } from "./suites/permissions.ts";
import { presetAlarmSuite } from "./suites/preset-alarms.ts";
import { stateSuite } from "./suites/state.ts";
import { targetSuite } from "./suites/targets.ts";
import { synthesise } from "./synthesise.ts";

// One file, because the first synth of a process costs seconds and a later one a fraction.
const aws = synthesise({ "rollguard:blueprints": "blueprints/examples" });
const local = synthesise({ "rollguard:target": "local", "rollguard:blueprints": "blueprints/examples" });
const enrolled = synthesise({
  "rollguard:blueprints": "test/infra/blueprints",
  "rollguard:vpcId": "vpc-0a1b2c3d",
  "rollguard:subnetIds": "subnet-0a1b2c3d,subnet-4e5f6a7b",
});
const presets = synthesise({ "rollguard:blueprints": "test/infra/blueprints/presets" });
const localPresets = synthesise({ "rollguard:target": "local", "rollguard:blueprints": "test/infra/blueprints/presets" });

describe("state stack", () => stateSuite(aws, local));
describe("functions", () => functionSuite(aws, enrolled));
describe("permissions", () => permissionSuite(aws, enrolled));
describe("events", () => eventSuite(aws, enrolled));
describe("alarms", () => alarmSuite(aws, enrolled));
describe("alarms of every preset", () => presetAlarmSuite(presets, localPresets));
describe("targets", () => targetSuite(aws, local, enrolled));
