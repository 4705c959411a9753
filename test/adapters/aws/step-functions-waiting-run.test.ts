import type { SFNClient } from "@aws-sdk/client-sfn";
import { describe, expect, it } from "vitest";
import { stepFunctionsWaitingRun } from "../../../functions/adapters/aws/step-functions-waiting-run.ts";
import { PermissionError, TransientUpstreamError } from "../../../functions/domain/errors.ts";
import { fakeAwsClient } from "../../support/fakes/fake-aws-client.ts";

const TOKEN = "AAAAKgAAAAIAAAAAAAAAAWsecret";
const approval = {
  state: "denied",
  decidedBy: "ada",
  via: "cli",
  reason: "the fix is on its way",
  decidedAt: "2026-11-20T03:15:00.000Z",
  planHash: "a1b2c3d4e5f6",
} as const;

const failing = (name: string, message = name, status = 400) =>
  fakeAwsClient<SFNClient>(() => {
    throw Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status } });
  }).client;

describe("the run that waits in Step Functions", () => {
  it("gets the decision as a success, also a denial", async () => {
    const { client, sent } = fakeAwsClient<SFNClient>(() => ({}));

    expect(await stepFunctionsWaitingRun(client).answer(TOKEN, approval)).toBe("taken");

    expect(sent[0]?.input.taskToken).toBe(TOKEN);
    expect(JSON.parse(sent[0]?.input.output)).toEqual(approval);
  });

  it.each(["TaskTimedOut", "InvalidToken", "TaskDoesNotExist"])("answers too late where Step Functions says %s", async (name) => {
    expect(await stepFunctionsWaitingRun(failing(name)).answer(TOKEN, approval)).toBe("too-late");
  });

  it.each([
    ["ThrottlingException", 400, TransientUpstreamError],
    ["InternalFailure", 500, TransientUpstreamError],
    ["AccessDeniedException", 403, PermissionError],
    ["ValidationException", 400, Error],
  ])("throws on %s, without a trace of the token", async (name, status, kind) => {
    const message = `1 validation error: value '${TOKEN}' at 'taskToken' failed`;

    const error: unknown = await stepFunctionsWaitingRun(failing(name, message, status))
      .answer(TOKEN, approval)
      .catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(kind);
    const { message: said, stack, cause, ...rest } = error as Error;
    expect(JSON.stringify([said, stack, String(cause), rest])).not.toContain(TOKEN);
    expect(said).toContain("[token]");
  });
});
