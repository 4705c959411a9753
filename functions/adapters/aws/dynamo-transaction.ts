import { TransactionCanceledException, type TransactWriteItem, TransactWriteItemsCommand } from "@aws-sdk/client-dynamodb";
import { TransientUpstreamError } from "../../domain/errors.ts";
import type { AttributeMap } from "./attribute-value.ts";
import { callAws } from "./call-aws.ts";
import type { DynamoSender } from "./dynamo-client.ts";
import { pause } from "./pause.ts";

/** What a part wants when its condition failed: go on without it, try another write in its place, or end the whole transaction. */
export type Refusal = "drop" | "stop" | TransactWriteItem;

export interface TransactionPart {
  readonly write: TransactWriteItem;
  /** Gets the item as stored (absent if the write does not ask for it or there is none). */
  readonly whenRefused: (stored: AttributeMap | undefined) => Refusal | Promise<Refusal>;
}

const MAXIMUM_ROUNDS = 8;
const CONFLICT_PAUSE_MILLISECONDS = 40;

/**
 * Writes the parts all or nothing. Conditions decide, not a read before: a part whose condition failed says what to do instead, and the rest is
 * tried again. False when a part ended the transaction, so that nothing was written by this call.
 */
export async function transact(client: DynamoSender, parts: readonly TransactionPart[]): Promise<boolean> {
  let open = [...parts];
  for (let round = 0; round < MAXIMUM_ROUNDS; round += 1) {
    if (open.length === 0) return true;
    const canceled = await attempt(client, open);
    if (canceled === null) return true;
    const reasons = canceled.CancellationReasons ?? [];
    if (reasons.some(({ Code }) => Code === "ValidationError" || Code === "ItemCollectionSizeLimitExceeded")) throw canceled;
    if (!reasons.some(({ Code }) => Code === "ConditionalCheckFailed")) {
      await pause(CONFLICT_PAUSE_MILLISECONDS * (round + Math.random()));
      continue;
    }
    const next: TransactionPart[] = [];
    for (const [index, part] of open.entries()) {
      if (reasons[index]?.Code !== "ConditionalCheckFailed") {
        next.push(part);
        continue;
      }
      const refusal = await part.whenRefused(reasons[index]?.Item);
      if (refusal === "stop") return false;
      if (refusal !== "drop") next.push({ ...part, write: refusal });
    }
    open = next;
  }
  throw new TransientUpstreamError(`the transaction was still in conflict after ${MAXIMUM_ROUNDS} tries`, { parts: open.length });
}

async function attempt(client: DynamoSender, parts: readonly TransactionPart[]): Promise<TransactionCanceledException | null> {
  try {
    await callAws("dynamodb:TransactWriteItems", () =>
      client.send(new TransactWriteItemsCommand({ TransactItems: parts.map(({ write }) => write) })),
    );
    return null;
  } catch (error) {
    if (error instanceof TransactionCanceledException) return error;
    throw error;
  }
}
