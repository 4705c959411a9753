import type { ApprovalRequest } from "../domain/approval.ts";
import type { Seal, SealContext } from "../ports/seal.ts";

type TokenContext = Pick<ApprovalRequest, "cluster" | "namespace" | "service" | "incidentId">;

/** The token as it may lie in the table: only KMS opens it, and only for the same incident. */
export async function sealToken(seal: Pick<Seal, "close">, token: string, context: TokenContext): Promise<string> {
  return JSON.stringify(await seal.close(token, only(context)));
}

/** Throws InvalidInputError when it was changed, or sealed for another incident. */
export function openToken(seal: Pick<Seal, "open">, request: TokenContext & Pick<ApprovalRequest, "tokenCipher">): Promise<string> {
  return seal.open(JSON.parse(request.tokenCipher), only(request));
}

function only({ cluster, namespace, service, incidentId }: TokenContext): SealContext {
  return { cluster, namespace, service, approval: incidentId };
}
