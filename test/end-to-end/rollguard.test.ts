import { afterAll, beforeAll, describe } from "vitest";
import { describeDynamoAdapters } from "../support/contracts/dynamo-adapters.ts";
import { describeAlarmStorm } from "./suites/alarm-storm.ts";
import { describeAlarmsThatStartNothing } from "./suites/alarms-that-start-nothing.ts";
import { describeApprovals } from "./suites/approvals.ts";
import { describeBadInput } from "./suites/bad-input.ts";
import { describeByHand } from "./suites/by-hand.ts";
import { describeDeployment } from "./suites/deployment.ts";
import { describeGlobalSwitch } from "./suites/global-switch.ts";
import { describeGoodVerdict } from "./suites/good-verdict.ts";
import { describeKilledRun } from "./suites/killed-run.ts";
import { describeLooks } from "./suites/looks.ts";
import { describeObserveMode } from "./suites/observe-mode.ts";
import { describeReconcileAlarms } from "./suites/reconcile-alarms.ts";
import { describeScenarios } from "./suites/scenarios.ts";
import { describeSecretCanaries } from "./suites/secret-canaries.ts";
import { type Stage, startStage } from "./support/stage.ts";

/** One file and one deployment for all suites: starting an emulator and deploying to it takes longer than most of the tests. */
let starting: ReturnType<typeof startStage> | undefined;
let stage: Stage;

beforeAll(async () => {
  starting = startStage();
  stage = await starting.started;
});
afterAll(() => starting?.stop());

const theStage = () => stage;

describe("cdk deploy", () => describeDeployment(theStage));

describe("one after the other", () => {
  describe("bad input", () => describeBadInput(theStage));
  describe("reconcile-alarms", () => describeReconcileAlarms(theStage));
  describe("alarms that start nothing", () => describeAlarmsThatStartNothing(theStage));
  describe("switch", () => describeGlobalSwitch(theStage));
});

/** The longest first: at most five tests run at a time, and the scenarios are under way from the beginning. */
describe("side by side", () => {
  describeSecretCanaries(theStage);
  describeGoodVerdict(theStage);
  describeKilledRun(theStage);
  describeByHand(theStage);
  describeApprovals(theStage);
  describeAlarmStorm(theStage);
  describeObserveMode(theStage);
  describeScenarios(theStage);
  describeLooks(theStage);
});

describeDynamoAdapters(() => stage.target.emulator.endpoint);
