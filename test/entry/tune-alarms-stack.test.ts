import { describe, expect, it } from "vitest";
import { sha256Hex } from "../../functions/adapters/aws/sha256-hex.ts";
import { InvalidInputError, PermissionError, TransientUpstreamError } from "../../functions/domain/errors.ts";
import { configurationHash } from "../../functions/domain/tuning/alarm-configuration.ts";
import type { StackRequestPorts } from "../../functions/entry/tune-alarms/stack-request.ts";
import { tuneAlarms } from "../../functions/entry/tune-alarms/tune-alarms.ts";
import { aTunedAlarm } from "../support/builders/tuning.ts";
import { silentLogger } from "../support/fakes/silent-logger.ts";
import { tuningScene } from "./support/tuning-scene.ts";

const NAME = "rollguard-checkout-latency-p95";
const owned = (AlarmName = NAME, Trigger = "latency-p95") => ({ Service: "checkout", Trigger, AlarmName });
const request = (RequestType: "Create" | "Update" | "Delete", overrides: object = {}) => ({
  RequestType,
  ResponseURL: "https://cloudformation-custom-resource-response.s3.amazonaws.com/x?Signature=s",
  StackId: "arn:aws:cloudformation:us-east-1:000000000000:stack/RollguardPipeline/1",
  RequestId: "r-1",
  ResourceType: "Custom::RollguardTunedAlarms",
  LogicalResourceId: "TunedAlarms",
  ...(RequestType === "Create" ? {} : { PhysicalResourceId: "rollguard-tuned-alarms" }),
  ResourceProperties: { ServiceToken: "arn:aws:lambda:x", Alarms: [owned()] },
  ...overrides,
});
const ask = (ports: StackRequestPorts, event: ReturnType<typeof request>) => tuneAlarms(ports)(event, { logger: silentLogger });

describe("a stack that owns tuned alarms", () => {
  it("gets them at once when it is made, and is told so under a name that never changes", async () => {
    const { ports, editor, told } = tuningScene();

    await ask(ports, request("Create"));
    await ask(ports, request("Update"));

    expect(editor.alarms.get(NAME)?.threshold).toBe(240);
    const answer = {
      Status: "SUCCESS",
      Reason: "done",
      PhysicalResourceId: "rollguard-tuned-alarms",
      StackId: "arn:aws:cloudformation:us-east-1:000000000000:stack/RollguardPipeline/1",
      RequestId: "r-1",
      LogicalResourceId: "TunedAlarms",
    };
    expect(told).toEqual([answer, answer]);
  });

  it("is made also where no alarm can be yet: the schedule makes it with its first baseline", async () => {
    const { ports, editor, metrics, told } = tuningScene();
    metrics.setMetric("Latency", () => null);

    expect(await ask(ports, request("Create"))).toMatchObject({ waiting: 1 });

    expect(editor.alarms.size).toBe(0);
    expect(told.map(({ Status }) => Status)).toEqual(["SUCCESS"]);
  });

  it("is not made when IAM refuses the alarm; a throttled one is left to the schedule", async () => {
    const [refused, throttled] = [tuningScene(), tuningScene()];
    refused.editor.put = () => Promise.reject(new PermissionError("cloudwatch:PutMetricAlarm was refused"));
    throttled.editor.put = () => Promise.reject(new TransientUpstreamError("throttled"));

    await ask(refused.ports, request("Create"));
    await ask(throttled.ports, request("Create"));

    expect(refused.told).toMatchObject([
      {
        Status: "FAILED",
        Reason: `left as they were: ${NAME} (cloudwatch:PutMetricAlarm was refused)`,
        PhysicalResourceId: "rollguard-tuned-alarms",
      },
    ]);
    expect(throttled.told).toMatchObject([{ Status: "SUCCESS", Reason: `left as they were: ${NAME} (throttled)` }]);
  });

  it("waits for a role that was just made, and fails only if that does not help", async () => {
    const { ports, editor, told, paused } = tuningScene();
    const put = editor.put.bind(editor);
    editor.put = (configuration) => (paused.length < 2 ? Promise.reject(new PermissionError("not yet")) : put(configuration));

    await ask(ports, request("Create"));

    expect(paused).toEqual([15_000, 15_000]);
    expect(told).toMatchObject([{ Status: "SUCCESS", Reason: "done" }]);
  });

  it("is updated also when something fails: the rollback of the update would fail the same way", async () => {
    const { ports, editor, told } = tuningScene();
    editor.put = () => Promise.reject(new PermissionError("refused"));

    expect(await ask(ports, request("Update"))).toMatchObject({ failed: 1 });

    expect(told).toMatchObject([{ Status: "SUCCESS", Reason: expect.stringContaining(NAME) }]);
  });

  it("loses with an update the alarms that left it, and keeps the others", async () => {
    const { ports, editor, tunings } = tuningScene();
    await ask(ports, request("Create"));
    const [ours] = await tunings.ofService("checkout");
    const gone = "rollguard-checkout-old";
    const [alarm] = editor.puts;
    if (alarm === undefined) throw new Error("the alarm was not put");
    const old = { ...alarm, alarmName: gone };
    editor.alarms.set(gone, old);
    await tunings.keep(aTunedAlarm({ trigger: "old", alarmName: gone, configHash: configurationHash(old, sha256Hex) }));

    await ask(ports, request("Update", { OldResourceProperties: { Alarms: [owned(), owned(gone, "old")] } }));

    expect([...editor.alarms.keys()]).toEqual([NAME]);
    expect(await tunings.ofService("checkout")).toEqual([ours]);
  });

  it("removes, when it goes, exactly the alarms that bear our prefix and are recorded as ours; twice is once", async () => {
    const { ports, editor, tunings, told } = tuningScene();
    await ask(ports, request("Create"));
    const [alarm] = editor.puts;
    if (alarm === undefined) throw new Error("the alarm was not put");
    for (const alarmName of ["somebody-elses", "rollguard-checkout-by-hand"]) editor.alarms.set(alarmName, { ...alarm, alarmName });
    await tunings.keep(aTunedAlarm({ trigger: "foreign", alarmName: "somebody-elses" }));
    const Alarms = [owned(), owned("somebody-elses", "foreign"), owned("rollguard-checkout-by-hand", "by-hand")];

    await ask(ports, request("Delete", { ResourceProperties: { Alarms } }));
    await ask(ports, request("Delete", { ResourceProperties: { Alarms } }));

    expect([...editor.alarms.keys()].sort()).toEqual(["rollguard-checkout-by-hand", "somebody-elses"]);
    expect((await tunings.ofService("checkout")).map(({ trigger }) => trigger)).toEqual(["foreign"]);
    expect(told.map(({ Status, Reason }) => [Status, Reason])).toEqual([
      ["SUCCESS", "done"],
      ["SUCCESS", "done"],
      ["SUCCESS", "done"],
    ]);
  });

  it("leaves what is not as it was put, and says so: an alarm of CloudFormation's that has got the name, or one that somebody edited", async () => {
    const { ports, editor, tunings, told } = tuningScene();
    await ask(ports, request("Create"));
    editor.edit(NAME, { threshold: 500, description: "static, of CloudFormation" });

    await ask(
      { ...ports, alarms: [] },
      request("Update", { ResourceProperties: { Alarms: [] }, OldResourceProperties: { Alarms: [owned()] } }),
    );

    expect(editor.alarms.get(NAME)?.threshold).toBe(500);
    expect(told.at(-1)).toMatchObject({
      Status: "SUCCESS",
      Reason: `left as they were: ${NAME} (it is not as the pipeline put it: delete it by hand if nobody needs it)`,
    });
    expect(await tunings.ofService("checkout")).toHaveLength(1);
  });

  it("removes the alarm of before a tuning that was not finished: it bears our mark", async () => {
    const { ports, editor, tunings, told } = tuningScene();
    await ask(ports, request("Create"));
    const [record] = await tunings.ofService("checkout");
    if (record === undefined) throw new Error("nothing was recorded");
    await tunings.keep({ ...record, configHash: "next", appliedAt: null, revision: record.revision + 1 });

    await ask(ports, request("Delete"));

    expect(editor.alarms.size).toBe(0);
    expect(told.at(-1)).toMatchObject({ Status: "SUCCESS", Reason: "done" });
  });

  it("goes even when alarms cannot be removed, and says which are left", async () => {
    const { ports, editor, tunings, told } = tuningScene();
    await ask(ports, request("Create"));
    editor.remove = () => Promise.reject(new PermissionError("cloudwatch:DeleteAlarms was refused"));

    await ask(ports, request("Delete"));

    expect(told.at(-1)).toMatchObject({
      Status: "SUCCESS",
      Reason: `left as they were: ${NAME} (cloudwatch:DeleteAlarms was refused)`,
    });
    expect(await tunings.ofService("checkout")).toHaveLength(1);
  });

  it("removes once more what was tuned again meanwhile", async () => {
    const { ports, editor, tunings } = tuningScene();
    await ask(ports, request("Create"));
    const remove = editor.remove.bind(editor);
    let raced = false;
    editor.remove = async (names) => {
      const [record] = await tunings.ofService("checkout");
      if (!raced && record !== undefined) await tunings.keep({ ...record, revision: record.revision + 1 });
      raced = true;
      return remove(names);
    };

    await ask(ports, request("Delete"));

    expect(editor.alarms.size).toBe(0);
    expect(await tunings.ofService("checkout")).toEqual([]);
  });

  it("is answered even when nothing works", async () => {
    const { ports, told } = tuningScene();
    const broken = {
      ...ports,
      get alarms(): never {
        throw new Error("a bug");
      },
    };

    await ask(broken, request("Create"));

    expect(told).toMatchObject([{ Status: "FAILED", Reason: "left as they were: a bug" }]);
  });

  it("is not answered where nobody asked: a request that does not fit is an error", async () => {
    const { ports, told } = tuningScene();

    await expect(tuneAlarms(ports)({ ResponseURL: "https://example" }, { logger: silentLogger })).rejects.toThrow(InvalidInputError);
    expect(told).toEqual([]);
  });
});
