import fc from "fast-check";
import type { CronJob } from "kubernetes-types/batch/v1.d.ts";
import { describe, expect, it } from "vitest";
import { checkJob, checkJobName, type RunCheck } from "../../../functions/adapters/checks/check-job.ts";

const stamp = { execution: "rg-checkout-20261120T031200Z-0123456789ab", fence: 7 };
const check: RunCheck = { kind: "run-check", job: "smoke", deadlineSeconds: 60 };

function aCronJob(spec: Record<string, unknown> = {}, pod: Record<string, unknown> = {}): CronJob {
  const container = { name: "app", image: "demo/check:v1" };
  return {
    metadata: { name: "smoke", uid: "uid-smoke" },
    spec: {
      schedule: "@yearly",
      jobTemplate: { spec: { ...spec, template: { spec: { restartPolicy: "Never", containers: [container], ...pod } } } },
    },
  };
}

const specOf = (cronJob: CronJob, action = check) => checkJob(cronJob, "batch/v1", { action, stamp }).spec;
const environmentOf = (cronJob: CronJob, params: Record<string, string>) => specOf(cronJob, { ...check, params })?.template.spec;

describe("the name of a check's Job", () => {
  const names = fc.stringMatching(/^[a-z0-9]([-a-z0-9.]{0,50}[a-z0-9])?$/);
  const params = fc.dictionary(fc.string(), fc.string());

  it("is a label's value that leaves room for its pods' names, whatever the CronJob is called", () => {
    fc.assert(
      fc.property(names, params, fc.nat(), (job, given, deadlineSeconds) => {
        const name = checkJobName({ ...check, job, params: given, deadlineSeconds }, stamp.execution);

        expect(name).toMatch(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/);
        expect(name.length).toBeLessThanOrEqual(57);
      }),
    );
  });

  it("is the same whatever the order of the parameters, and another for another execution, phase or CronJob", () => {
    const name = checkJobName({ ...check, params: { a: "1", b: "2" } }, stamp.execution);

    expect(checkJobName({ ...check, params: { b: "2", a: "1" } }, stamp.execution)).toBe(name);
    const others = [
      checkJobName({ ...check, params: { a: "1", b: "2" } }, "rg-other"),
      checkJobName({ ...check, params: { a: "1", b: "3" } }, stamp.execution),
      checkJobName({ ...check, params: { a: "1", b: "2" }, job: "other" }, stamp.execution),
      checkJobName(check, stamp.execution),
    ];
    expect(new Set([name, ...others]).size).toBe(5);
  });
});

describe("the Job of a check", () => {
  it.each([
    ["the check's", undefined, 60],
    ["the template's, which is shorter", 20, 20],
    ["the check's, where the template's is longer", 600, 60],
  ])("has a deadline: %s", (_whose, activeDeadlineSeconds, expected) => {
    expect(specOf(aCronJob({ activeDeadlineSeconds }))).toMatchObject({ activeDeadlineSeconds: expected });
  });

  it.each([
    ["where the template says nothing", undefined, 86_400],
    ["where the template says none: its end must be read, and a second try must find it", 0, 86_400],
    ["where the template says less", 60, 86_400],
    ["or longer, where the template says so", 604_800, 604_800],
  ])("stays for a day, %s", (_when, ttlSecondsAfterFinished, expected) => {
    expect(specOf(aCronJob({ ttlSecondsAfterFinished }))).toMatchObject({ ttlSecondsAfterFinished: expected });
  });

  it("retries as often as the template says, and leaves it to the server where that says nothing", () => {
    expect(specOf(aCronJob({ backoffLimit: 2 }))).toMatchObject({ backoffLimit: 2 });
    expect(specOf(aCronJob())).not.toHaveProperty("backoffLimit");
  });

  it("tells every container what it is about, in place of variables of the same name and before those that refer to it", () => {
    const env = [
      { name: "URL", value: "http://$(ROLLGUARD_SERVICE)" },
      { name: "ROLLGUARD_PHASE", value: "by hand" },
    ];
    const containers = [
      { name: "app", image: "a", env },
      { name: "proxy", image: "b" },
    ];
    const pod = environmentOf(aCronJob({}, { containers, initContainers: [{ name: "wait", image: "c" }] }), {
      service: "checkout",
      phase: "restored",
      "root-cause.id": "7",
    });
    const ours = [
      { name: "ROLLGUARD_SERVICE", value: "checkout" },
      { name: "ROLLGUARD_PHASE", value: "restored" },
      { name: "ROLLGUARD_ROOT_CAUSE_ID", value: "7" },
    ];

    expect(pod?.containers.map((one) => one.env)).toEqual([[...ours, env[0]], ours]);
    expect(pod?.initContainers?.map((one) => one.env)).toEqual([ours]);
  });
});
