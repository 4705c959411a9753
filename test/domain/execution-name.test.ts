import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  alarmExecutionName,
  incidentIdOf,
  manualExecutionName,
  mendExecutionName,
  serviceOfExecution,
  toSecond,
} from "../../functions/domain/execution-name.ts";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const alarm = { service: "checkout", alarmArn: "arn:aws:cloudwatch:us-east-1:123456789012:alarm:a", at: "2026-11-20T03:12:40.314Z" };
const leftover = { service: "checkout", stampedExecution: "rg-checkout-20261120T031240Z-0123456789ab" };
const request = { service: "checkout", at: "2026-11-20T03:12:40Z", reason: "slow", requestedBy: "alex" };

describe("execution names", () => {
  it("hold service, second and a hash of alarm and second", () => {
    expect(alarmExecutionName(alarm, sha256)).toBe(
      `rg-checkout-20261120T031240Z-${sha256(`${alarm.alarmArn}|2026-11-20T03:12:40.000Z`).slice(0, 12)}`,
    );
  });

  it("are the same for two reports of one transition that differ within the second", () => {
    const event = alarmExecutionName({ ...alarm, at: "2026-11-20T03:12:40.314+0000" }, sha256);
    const reconciled = alarmExecutionName({ ...alarm, at: "2026-11-20T03:12:40.998Z" }, sha256);

    expect(reconciled).toBe(event);
  });

  it("differ for another alarm, another second, another request", () => {
    const names = [
      alarmExecutionName(alarm, sha256),
      alarmExecutionName({ ...alarm, alarmArn: `${alarm.alarmArn}b` }, sha256),
      alarmExecutionName({ ...alarm, at: "2026-11-20T03:12:41Z" }, sha256),
      manualExecutionName(request, sha256),
      manualExecutionName({ ...request, reason: "errors" }, sha256),
      manualExecutionName({ ...request, requestedBy: "sam" }, sha256),
      mendExecutionName({ ...leftover, at: "2026-11-20T03:20:00Z" }, sha256),
      mendExecutionName({ ...leftover, at: "2026-11-21T03:20:00Z" }, sha256),
    ];

    expect(new Set(names).size).toBe(names.length);
  });

  it("take the time of the killed execution when leftovers are mended, so that every observer of a day finds the same name", () => {
    const first = mendExecutionName({ ...leftover, at: "2026-11-20T03:20:00.000Z" }, sha256);

    expect(first).toMatch(/^rg-checkout-20261120T031240Z-[0-9a-f]{12}$/);
    expect(mendExecutionName({ ...leftover, at: "2026-11-20T23:59:59.999Z" }, sha256)).toBe(first);
    expect(mendExecutionName({ ...leftover, stampedExecution: "by-hand", at: "2026-11-20T03:20:00Z" }, sha256)).toMatch(
      /^rg-checkout-19700101T000000Z-[0-9a-f]{12}$/,
    );
  });

  it("give the incident id and the service back", () => {
    expect(incidentIdOf("rg-checkout-20261120T031240Z-0123456789ab")).toBe("inc-checkout-20261120T031240Z-0123456789ab");
    expect(serviceOfExecution("rg-todo-frontend-20261120T031240Z-0123456789ab")).toBe("todo-frontend");
    expect(serviceOfExecution("nightly-job")).toBeNull();
  });

  it("fit Step Functions whatever the service and the alarm are called", () => {
    const date = fc.date({ min: new Date("2020-01-01"), max: new Date("2099-12-31"), noInvalidDate: true });
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: "grapheme" }), fc.string(), date, (service, alarmArn, at) => {
        const name = alarmExecutionName({ service, alarmArn, at: at.toISOString() }, sha256);

        expect(name).toMatch(/^[A-Za-z0-9_.-]{1,80}$/);
        expect(serviceOfExecution(name)).not.toBeNull();
      }),
    );
  });
});

describe("toSecond", () => {
  it("rounds down and normalises CloudWatch's offset without a colon", () => {
    expect(toSecond("2026-11-20T03:12:40.999+0000")).toBe("2026-11-20T03:12:40.000Z");
  });
});
