import { ExecutionAlreadyExists, type SFNClient } from "@aws-sdk/client-sfn";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stepFunctionsStarter } from "../../../functions/adapters/aws/step-functions-starter.ts";
import { TransientUpstreamError } from "../../../functions/domain/errors.ts";
import type { RollbackInput } from "../../../functions/domain/rollback-document.ts";
import { aRollbackInput } from "../../support/builders/rollback-document.ts";
import { fakeAwsClient } from "../../support/fakes/fake-aws-client.ts";

const MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:rollback";

describe("the Step Functions starter", () => {
  it("starts the machine under the input's own name", async () => {
    const { client, sent } = fakeAwsClient<SFNClient>(() => ({}));

    expect(await stepFunctionsStarter(MACHINE, client).start(aRollbackInput())).toBe("started");

    expect(sent[0]?.input).toMatchObject({ stateMachineArn: MACHINE, name: aRollbackInput().execution.name });
    expect(JSON.parse(sent[0]?.input.input)).toEqual(aRollbackInput());
  });

  it("sends the same bytes whatever the order of the keys (property)", async () => {
    const { client, sent } = fakeAwsClient<SFNClient>(() => ({}));
    const starter = stepFunctionsStarter(MACHINE, client);
    await starter.start(aRollbackInput());
    const entries = Object.entries(aRollbackInput().trigger);

    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(entries, { minLength: entries.length }), async (shuffled) => {
        const { execution, incidentId } = aRollbackInput();
        await starter.start({ trigger: Object.fromEntries(shuffled), incidentId, execution } as RollbackInput);

        expect(sent.at(-1)?.input.input).toBe(sent[0]?.input.input);
      }),
      { numRuns: 30 },
    );
  });

  it("takes an execution of that name for success", async () => {
    const { client } = fakeAwsClient<SFNClient>(() => {
      throw new ExecutionAlreadyExists({ message: "exists", $metadata: { httpStatusCode: 400 } });
    });

    expect(await stepFunctionsStarter(MACHINE, client).start(aRollbackInput())).toBe("already-started");
  });

  it("is transient when Step Functions has no room for another execution", async () => {
    const { client } = fakeAwsClient<SFNClient>(() => {
      throw Object.assign(new Error("limit"), { name: "ExecutionLimitExceeded", $metadata: { httpStatusCode: 400 } });
    });

    await expect(stepFunctionsStarter(MACHINE, client).start(aRollbackInput())).rejects.toThrow(TransientUpstreamError);
  });
});
