import { describe, expect, it } from "vitest";
import { lambdaHooks } from "../../../functions/adapters/aws/lambda-hooks.ts";
import { TransientUpstreamError } from "../../../functions/domain/errors.ts";
import type { HookCall } from "../../../functions/domain/hook-call.ts";
import { type AwsReply, anIdentity, jsonRefusal, recordedAws } from "./support/recorded-aws.ts";

const call: HookCall = {
  functionArn: "arn:aws:lambda:eu-west-1:111122223333:function:drain-queue",
  deadlineSeconds: 5,
  callId: "rg-checkout-1/hook-pre-1",
  payload: {
    service: "checkout",
    incident: "inc-checkout-1",
    hook: "drain-queue",
    phase: "pre",
    callId: "rg-checkout-1/hook-pre-1",
    plan: { strategy: "fast", planHash: null, steps: ["hook-pre-1", "restore-template-1"], images: ["demo/checkout:v1"] },
  },
};
const OK: AwsReply = { status: 200, body: "null" };
const failing = (body: object | string): AwsReply => ({ status: 200, body, headers: { "x-amz-function-error": "Unhandled" } });

async function invoke(replies: AwsReply[], more: Partial<HookCall> = {}) {
  const aws = await recordedAws(replies);
  const hooks = lambdaHooks({ identity: anIdentity(), environment: { AWS_ENDPOINT_URL: aws.url } });
  return { aws, answer: hooks.invoke({ ...call, ...more }) };
}

describe("a hook that is a function", () => {
  it("is called and waited for, in its own region, with the call's id where a repetition can be told by it", async () => {
    const { aws, answer } = await invoke([OK]);

    expect(await answer).toEqual({ outcome: "applied", generation: 0, reason: "hook drain-queue has answered" });
    const [sent] = aws.calls;
    expect(sent?.path).toBe(`/2015-03-31/functions/${encodeURIComponent(call.functionArn)}/invocations`);
    expect(sent?.headers["x-amz-invocation-type"]).toBe("RequestResponse");
    expect(sent?.headers.authorization).toContain("/eu-west-1/lambda/");
    expect(JSON.parse(Buffer.from(String(sent?.headers["x-amz-client-context"]), "base64").toString())).toEqual({
      custom: { rollguard: call.callId },
    });
    expect(JSON.parse(String(sent?.body))).toEqual(call.payload);
  });

  it("that fails refuses the step in its own words, without what must not be read", async () => {
    const body = { errorType: "NotNow", errorMessage: `queue holds 12 orders, password=hunter2 ${"x ".repeat(400)}` };
    const { answer } = await invoke([failing(body)]);

    const { outcome, reason } = await answer;
    expect(outcome).toBe("refused");
    expect(reason).toContain("hook drain-queue failed: NotNow: queue holds 12 orders, password=[redacted]");
    expect(reason.length).toBeLessThanOrEqual(300);
  });

  it.each([
    ["that answers nonsense while failing", failing("not JSON"), "hook drain-queue failed: not JSON"],
    ["that may not be called", jsonRefusal(403, "AccessDeniedException"), "allow lambda:InvokeFunction"],
    ["that does not exist", jsonRefusal(404, "ResourceNotFoundException", "Function not found"), "hook drain-queue: Function not found"],
  ])("%s refuses the step with the reason", async (_what, reply, reason) => {
    const { aws, answer } = await invoke([reply]);

    expect(await answer).toEqual({ outcome: "refused", generation: 0, reason: expect.stringContaining(reason) });
    expect(aws.calls).toHaveLength(1);
  });

  it("that takes too long refuses the step", async () => {
    const { answer } = await invoke(["stall"], { deadlineSeconds: 0.05 });

    expect(await answer).toMatchObject({ outcome: "refused", reason: "hook drain-queue did not answer within 0.05 s" });
  });

  it.each<AwsReply>([jsonRefusal(429, "TooManyRequestsException"), jsonRefusal(500, "ServiceException"), "reset"])(
    "is left to the state machine's retry when Lambda could not take the call: %j",
    async (reply) => {
      const { aws, answer } = await invoke([reply]);

      await expect(answer).rejects.toThrow(TransientUpstreamError);
      expect(aws.calls).toHaveLength(1);
    },
  );
});
