import { UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import type { IncidentMeta } from "../../domain/incident.ts";
import type { VerdictWrite } from "../../ports/incident-store.ts";
import { callAws } from "./call-aws.ts";
import type { DynamoSender } from "./dynamo-client.ts";
import type { TransactionPart } from "./dynamo-transaction.ts";
import { unseenUpdates, verdictUpdate } from "./observation-item.ts";

/** The verdicts that a closing incident writes, one item for each release. */
export function verdictParts(
  table: string,
  client: DynamoSender,
  meta: Pick<IncidentMeta, "id" | "service" | "openedAt">,
  verdicts: readonly VerdictWrite[],
): TransactionPart[] {
  return perRelease(verdicts).map((writes) => verdictPart(table, client, meta, writes));
}

function perRelease(verdicts: readonly VerdictWrite[]): VerdictWrite[][] {
  return [...Map.groupBy(verdicts, ({ templateHash }) => templateHash).values()];
}

/** Refused when a `bad` already stands where a verdict should go (it stays), or when the release or scale was never observed (it is made known first). */
function verdictPart(
  table: string,
  client: DynamoSender,
  meta: Pick<IncidentMeta, "id" | "service" | "openedAt">,
  writes: readonly VerdictWrite[],
): TransactionPart {
  const [first] = writes;
  const templateHash = first?.templateHash ?? "";
  return {
    write: verdictUpdate(table, meta.service, writes, meta.id, meta.openedAt),
    whenRefused: async (stored) => {
      const scales = stored?.scales?.M ?? {};
      const counts = writes.flatMap(({ replicas }) => replicas ?? []);
      if (counts.some((replicas) => scales[String(replicas)] === undefined)) {
        for (const input of unseenUpdates(table, meta.service, templateHash, counts, meta.openedAt)) {
          await callAws("dynamodb:UpdateItem", () => client.send(new UpdateItemCommand(input)));
        }
        return verdictUpdate(table, meta.service, writes, meta.id, meta.openedAt);
      }
      const left = writes.filter(
        ({ replicas }) => (replicas === null ? stored?.verdict : scales[String(replicas)]?.M?.verdict)?.S !== "bad",
      );
      return left.length === 0 ? "drop" : verdictUpdate(table, meta.service, left, meta.id, meta.openedAt);
    },
  };
}
