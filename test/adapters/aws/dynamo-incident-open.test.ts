import { type DynamoDBClient, TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import { describe, expect, it } from "vitest";
import { dynamoIncidentStore } from "../../../functions/adapters/aws/dynamo-incident-store.ts";
import { toMetaItem } from "../../../functions/adapters/aws/incident-items.ts";
import type { IncidentMeta } from "../../../functions/domain/incident.ts";
import { anEvent, anIncidentMeta, anOpenIncidentMeta } from "../../support/builders/incident.ts";
import { fakeAwsClient } from "../../support/fakes/fake-aws-client.ts";

const ours = anOpenIncidentMeta();

/** A table in which META of the incident is there already, and where the lock is no longer ours if so told. */
function storeWith(stored: IncidentMeta, lock: "None" | "ConditionalCheckFailed" = "None") {
  const { client } = fakeAwsClient<DynamoDBClient>(({ name }) => {
    if (name === "GetItemCommand") return { Item: toMetaItem(stored) };
    const CancellationReasons = [{ Code: lock }, { Code: "ConditionalCheckFailed", Item: toMetaItem(stored) }, { Code: "None" }];
    throw new TransactionCanceledException({ message: "canceled", $metadata: { httpStatusCode: 400 }, CancellationReasons });
  });
  return dynamoIncidentStore("rollguard", client);
}

describe("opening an incident whose META is there", () => {
  it("changes nothing when an earlier try of ours has opened it", async () => {
    await expect(storeWith(ours).open(ours, anEvent(), 1)).resolves.toBeUndefined();
  });

  it.each([
    ["it is closed", anIncidentMeta(), "None", "IncidentEndedError"],
    ["it is another execution's", anIncidentMeta({ execution: "rg-other" }), "None", "InvalidInputError"],
    ["the lock was lost", ours, "ConditionalCheckFailed", "TransientUpstreamError"],
  ] as const)("fails by name when %s", async (_why, stored, lock, name) => {
    await expect(storeWith(stored, lock).open(ours, anEvent(), 1)).rejects.toMatchObject({ name });
  });

  it("can be asked for META alone", async () => {
    expect(await storeWith(anIncidentMeta()).readMeta(ours.id)).toEqual(anIncidentMeta());
  });
});
