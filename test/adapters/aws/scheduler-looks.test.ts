import { describe, expect, it } from "vitest";
import { schedulerLooks } from "../../../functions/adapters/aws/scheduler-looks.ts";
import { PermissionError, TransientUpstreamError } from "../../../functions/domain/errors.ts";
import type { PlannedLook } from "../../../functions/domain/looks/look-times.ts";
import { type AwsReply, anIdentity, jsonRefusal, recordedAws } from "./support/recorded-aws.ts";

const look: PlannedLook = {
  name: "rg-look-checkout-0a1b2c3d-10",
  at: "2026-11-20T03:24:05.250Z",
  request: { service: "checkout", release: "ffee00112233", liveSince: "2026-11-20T03:12:05.250Z", minutes: 10 },
};
const OK: AwsReply = { status: 200, body: { ScheduleArn: "arn:aws:scheduler:eu-west-1:111122223333:schedule/looks/rg-look" } };

async function plan(replies: AwsReply[]) {
  const aws = await recordedAws(replies);
  const schedules = schedulerLooks({
    group: "RollguardLooks",
    functionArn: "arn:aws:lambda:eu-west-1:111122223333:function:judge",
    roleArn: "arn:aws:iam::111122223333:role/looks",
    identity: anIdentity(),
    environment: { AWS_ENDPOINT_URL: aws.url },
  });
  return { aws, answer: schedules.plan(look) };
}

describe("a schedule of a look", () => {
  it("is one shot at a whole second, not early, without a window, in our group, gone once it has fired", async () => {
    const { aws, answer } = await plan([OK]);

    expect(await answer).toBe("planned");
    const [sent] = aws.calls;
    expect([sent?.method, sent?.path]).toEqual(["POST", "/schedules/rg-look-checkout-0a1b2c3d-10"]);
    expect(sent?.headers.authorization).toContain("/scheduler/aws4_request");
    const { Target, ...schedule } = JSON.parse(String(sent?.body));
    expect(schedule).toEqual({
      ActionAfterCompletion: "DELETE",
      FlexibleTimeWindow: { Mode: "OFF" },
      GroupName: "RollguardLooks",
      ScheduleExpression: "at(2026-11-20T03:24:06)",
      ScheduleExpressionTimezone: "UTC",
    });
    expect(Target).toMatchObject({ Arn: expect.stringContaining(":function:judge"), RoleArn: expect.stringContaining(":role/looks") });
    expect(JSON.parse(Target.Input)).toEqual(look.request);
  });

  it("that is there already is success", async () => {
    const { answer } = await plan([jsonRefusal(409, "ConflictException")]);

    expect(await answer).toBe("already-planned");
  });

  it("is asked for again where the scheduler is busy, since the same name is the same look", async () => {
    const { aws, answer } = await plan([jsonRefusal(429, "ThrottlingException"), OK]);

    expect(await answer).toBe("planned");
    expect(aws.calls).toHaveLength(2);
  });

  it.each([
    [403, "AccessDeniedException", PermissionError, "allow scheduler:CreateSchedule"],
    [500, "InternalServerException", TransientUpstreamError, "scheduler:CreateSchedule failed for now"],
  ])("that is refused with %i %s is told by name", async (status, code, error, words) => {
    const { answer } = await plan(Array.from({ length: 3 }, () => jsonRefusal(status, code)));

    await expect(answer).rejects.toThrow(error);
    await expect(answer).rejects.toThrow(words);
  });
});
