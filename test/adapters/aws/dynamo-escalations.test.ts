import { TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import { describe, expect, it } from "vitest";
import { dynamoEscalations } from "../../../functions/adapters/aws/dynamo-escalations.ts";
import { dynamoIncidentStore } from "../../../functions/adapters/aws/dynamo-incident-store.ts";
import { TransientUpstreamError } from "../../../functions/domain/errors.ts";
import { anEscalation } from "../../support/builders/index.ts";
import { describeEscalations } from "../../support/contracts/escalations.ts";
import { tableInMemory } from "./support/table-in-memory.ts";

const shared = tableInMemory();
describeEscalations("DynamoDB adapter", () => ({
  escalations: dynamoEscalations("t", shared.client),
  store: dynamoIncidentStore("t", shared.client),
}));

/** Whatever is waited for was just sent by somebody else. */
const canceled = () =>
  new TransactionCanceledException({
    message: "canceled",
    $metadata: { httpStatusCode: 400 },
    CancellationReasons: [{ Code: "ConditionalCheckFailed" }, { Code: "None" }],
  });

describe("calls in the table", () => {
  it("are in the index of what is due only while they wait", async () => {
    const { client, items } = tableInMemory();
    const escalations = dynamoEscalations("t", client);
    const notice = anEscalation();
    await escalations.schedule([notice], "2026-11-20T03:13:24.900Z");
    const key = `INC#${notice.incidentId}|ESC#management`;

    expect(items.get(key)).toMatchObject({
      duepk: { S: "DUE" },
      duesk: { S: `${notice.dueAt}#${notice.incidentId}#management` },
      state: { S: "pending" },
    });
    await escalations.send(notice, notice.dueAt);

    expect(items.get(key)).toMatchObject({ state: { S: "sent" } });
    expect(items.get(key)).not.toHaveProperty("duepk");
  });

  it("are not mixed up with what is due of other kinds, and found page by page", async () => {
    const { client, items, sent } = tableInMemory();
    const escalations = dynamoEscalations("t", client);
    items.set("INC#1|APPR#1", {
      pk: { S: "INC#1" },
      sk: { S: "APPR#1" },
      duepk: { S: "DUE#APPR" },
      duesk: { S: "2026-11-20T03:00:01.000Z#1" },
    });
    const tiers = ["management", "devops", "product"] as const;
    await escalations.schedule(
      tiers.map((tier) => anEscalation({ tier })),
      "2026-11-20T03:00:00.000Z",
    );

    expect((await escalations.due("2026-11-21T00:00:00.000Z", 2)).map(({ tier }) => tier)).toEqual(["devops", "management"]);
    expect(await escalations.due("2026-11-21T00:00:00.000Z", 50)).toHaveLength(3);
    expect(sent.filter(({ name, input }) => name === "QueryCommand" && input.FilterExpression !== undefined)).toEqual([]);
  });

  it("tells of an acknowledgement that a sweep overtakes again and again", async () => {
    const { client } = tableInMemory(({ name }) => {
      if (name === "TransactWriteItemsCommand" && interfering) throw canceled();
    });
    let interfering = false;
    const escalations = dynamoEscalations("t", client);
    await escalations.schedule([anEscalation()], "2026-11-20T03:00:00.000Z");
    interfering = true;

    const acknowledging = escalations.acknowledge(anEscalation().incidentId, {
      by: "ada",
      reason: "on it",
      at: "2026-11-20T03:20:00.000Z",
      topicArn: null,
    });

    await expect(acknowledging).rejects.toBeInstanceOf(TransientUpstreamError);
  });
});
