import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";

/** Makes a conditional write: false where its condition does not hold, which is an answer, not an accident. */
export async function unlessRefused(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
