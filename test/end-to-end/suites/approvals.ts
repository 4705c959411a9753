import { DynamoDBClient, QueryCommand } from "@aws-sdk/client-dynamodb";
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { expect, it } from "vitest";
import { dynamoApprovals } from "../../../functions/adapters/aws/dynamo-approvals.ts";
import { kmsSeal } from "../../../functions/adapters/aws/kms-seal.ts";
import { sha256Hex } from "../../../functions/adapters/aws/sha256-hex.ts";
import type { ApprovalRequest } from "../../../functions/domain/approval.ts";
import { openToken } from "../../../functions/runtime/sealed-token.ts";
import { PARAMETERS } from "../../../infra/parameters.ts";
import { rollguard } from "../support/command.ts";
import { invoke } from "../support/functions.ts";
import { PATCHES_OF_A_ROLLBACK } from "../support/service-hands.ts";
import type { Stage } from "../support/stage.ts";
import { waitUntil } from "../support/wait-until.ts";

type Asked = "gifts" | "coupons" | "stickers" | "stamps" | "postcards";

/** A run that waits for a person: real token, real key, real function behind the real command. */
export function describeApprovals(stage: () => Stage): void {
  /** A bad release and its alarm, up to the moment at which people are asked. */
  const askAbout = async (service: Asked) => {
    const { target, executions, inbox, hands } = stage();
    const asked = hands(service);
    const approvals = dynamoApprovals(target.outputs.TableName);
    const before = await asked.facts();
    await asked.release("v2-errors");
    const patches = asked.countPatches();
    await asked.raiseAlarm();
    const request = await waitUntil(`somebody is asked about ${service}`, async () => {
      const [meta] = await target.store.list({ service, limit: 1 });
      return meta !== undefined && (await approvals.latest(meta.id));
    });
    const latest = () => approvals.latest(request.incidentId);
    const sweep = () => invoke(target.outputs.SweepDueFunction, {});
    const paged = (type: string) =>
      waitUntil(`somebody is paged by ${type} about ${service}`, () =>
        inbox.about(request.incidentId).some((message) => message.urgency === "page" && message.type === type),
      );
    return { target, executions, asked, before, patches, request, latest, sweep, paged };
  };
  const pastDeadline = ({ deadlineAt }: ApprovalRequest) => waitUntil("the deadline has passed", () => Date.now() > Date.parse(deadlineAt));

  it.concurrent("approve: nothing happens before it, everything after it, and the token is nowhere to be read", async () => {
    const { target, asked, before, patches, request, latest, paged } = await askAbout("gifts");
    await paged("approval_requested");

    expect(patches()).toBe(0);
    expect(request).toMatchObject({
      state: "pending",
      scope: expect.stringContaining(before.image),
      planHash: expect.stringMatching(/^[0-9a-f]{12}$/),
    });
    const listed = await rollguard("approvals", "--json");
    expect(JSON.parse(listed.stdout)).toContainEqual(expect.objectContaining({ incidentId: request.incidentId, state: "pending" }));

    expect(await rollguard("approve", request.incidentId, "--reason", "agreed")).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining("was approved by"),
    });
    await asked.restored(before.image);
    await asked.setAlarm("OK");
    const incident = await asked.closedIncident();
    expect(incident.meta).toMatchObject({ outcome: "recovered", record: { plan: { governance: { verdict: "needs-approval" } } } });
    expect(incident.events.map(({ type }) => type)).toEqual(expect.arrayContaining(["approval_requested", "approval_approved"]));
    expect(patches()).toBe(PATCHES_OF_A_ROLLBACK);
    expect(await latest()).toMatchObject({ state: "approved", via: "cli", delivered: true });

    const token = await tokenOf(request);
    expect(sha256Hex(token)).toBe(request.tokenSha256);
    const kept = JSON.stringify(await itemsOf(target.outputs.TableName, request.incidentId));
    expect(kept).toContain("tokenCipher");
    expect(kept).not.toContain(token);
    expect(`${listed.stdout}${listed.stderr}`).not.toContain(token);

    // Asked for again it is as it was, and the other way round it is refused.
    expect(await rollguard("approve", request.incidentId)).toMatchObject({ exitCode: 0 });
    expect(await rollguard("deny", request.incidentId, "--reason", "no")).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("was approved by"),
    });
  });

  it.concurrent("deny: the run ends as denied, the service stays as it is, and the record says why", async () => {
    const { target, executions, asked, patches, request } = await askAbout("coupons");

    expect(await rollguard("deny", request.incidentId, "--reason", "the fix is on its way")).toMatchObject({ exitCode: 0 });

    const { meta } = await asked.closedIncident();
    expect(meta).toMatchObject({ outcome: "denied", summary: expect.stringContaining("the fix is on its way") });
    expect(await executions.ended(meta.execution)).toMatchObject({ status: "FAILED", error: "denied" });
    expect(patches()).toBe(0);
    expect((await asked.facts()).image).toContain("v2-errors");
    expect(await target.store.holder("coupons")).toBeNull();
    await asked.setAlarm("OK");
  });

  it.concurrent("unanswered, escalate: the sweep ends it at the deadline and pages; an answer after that is too late", async () => {
    const { target, executions, asked, patches, request, latest, sweep, paged } = await askAbout("stickers");
    expect(await sweep()).toMatchObject({ failed: false });
    expect(await latest()).toMatchObject({ state: "pending" });
    await pastDeadline(request);

    expect(await sweep()).toMatchObject({ failed: false });

    const { meta } = await asked.closedIncident();
    expect(meta).toMatchObject({ outcome: "escalated", summary: expect.stringContaining("nobody decided within 10 s") });
    expect(await executions.ended(meta.execution)).toMatchObject({ status: "FAILED", error: "escalated" });
    await paged("approval_expired");
    expect(await latest()).toMatchObject({ state: "expired", decidedBy: "timeout policy" });
    expect(await rollguard("approve", request.incidentId)).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("too late") });
    expect(patches()).toBe(0);
    expect(await target.store.holder("stickers")).toBeNull();
    await asked.setAlarm("OK");
  });

  it.concurrent("unanswered, proceed: the rollback is made at the deadline, in the name of the policy", async () => {
    const { asked, before, request, latest, sweep } = await askAbout("stamps");
    await pastDeadline(request);

    await sweep();

    await asked.restored(before.image);
    await asked.setAlarm("OK");
    expect((await asked.closedIncident()).meta).toMatchObject({ outcome: "recovered" });
    expect(await latest()).toMatchObject({ state: "approved", decidedBy: "timeout policy", via: "policy" });
  });

  it.concurrent("stopped while it waits: an approval is too late, and nothing is written", async () => {
    const { target, executions, asked, patches, request, latest } = await askAbout("postcards");

    await executions.stop(request.execution);
    expect((await asked.closedIncident()).meta).toMatchObject({ outcome: "error" });

    expect(await rollguard("approve", request.incidentId)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("too late, the incident has ended"),
    });
    expect(await latest()).toMatchObject({ state: "pending", delivered: false });
    expect(patches()).toBe(0);
    expect(await target.store.holder("postcards")).toBeNull();
    await asked.setAlarm("OK");
  });
}

/** Opens the token as `decide-approval` does. */
async function tokenOf(request: ApprovalRequest): Promise<string> {
  const client = new SSMClient({});
  const { Parameter } = await client.send(new GetParameterCommand({ Name: PARAMETERS.archiveKeyArn }));
  client.destroy();
  return await openToken(kmsSeal(Parameter?.Value ?? ""), request);
}

async function itemsOf(table: string, incidentId: string): Promise<readonly unknown[]> {
  const client = new DynamoDBClient({});
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName: table,
      KeyConditionExpression: "pk = :pk",
      ExpressionAttributeValues: { ":pk": { S: `INC#${incidentId}` } },
    }),
  );
  client.destroy();
  return Items;
}
