import { describe, expect, it } from "vitest";
import { toAttributes } from "../../../functions/adapters/aws/attribute-value.ts";
import type { DynamoSender } from "../../../functions/adapters/aws/dynamo-client.ts";
import { dynamoLooks } from "../../../functions/adapters/aws/dynamo-looks.ts";
import { keys } from "../../../functions/adapters/aws/table-keys.ts";
import { aLook } from "../../support/builders/look.ts";
import { fakeAwsClient } from "../../support/fakes/fake-aws-client.ts";

describe("looks in the table", () => {
  it("that another version wrote in another shape are left out, and hide no others", async () => {
    const look = aLook();
    const other = aLook({ minutes: 5 });
    const items = [
      { ...keys.look(other), ...toAttributes(other), verdict: { S: "perhaps" } },
      { ...keys.look(look), ...toAttributes(look) },
    ];
    const { client } = fakeAwsClient<DynamoSender>(() => ({ Items: items }));
    const looks = dynamoLooks("table", client);

    expect(await looks.ofService("checkout")).toEqual([look]);
    expect(await looks.ofRun(look)).toEqual([look]);
  });
});
