import { TransientUpstreamError } from "../../domain/errors.ts";
import type { CreateAnswer, PatchAnswer, RemoveAnswer } from "./kubernetes-client.ts";
import type { ClusterExchange } from "./kubernetes-client-exchange.ts";
import { messageOf, parsed, refusal, statusOf, writeRefusal } from "./kubernetes-client-refusals.ts";

/** Any kind of PATCH, sent once. */
export async function patchObject<T>(exchange: ClusterExchange, path: string, body: unknown, contentType: string): Promise<PatchAnswer<T>> {
  const answer = await exchange.send({ method: "PATCH", path, body, contentType });
  // 201: a server-side apply created it.
  if (answer.status === 200 || answer.status === 201) return { outcome: "stored", object: parsed<T>(answer, path) };
  if (answer.status === 404) return { outcome: "absent" };
  const refused = writeRefusal(answer);
  if (refused) return refused;
  throw refusal(answer, `PATCH ${path}`);
}

/** A POST, sent once. */
export async function createObject<T>(exchange: ClusterExchange, path: string, body: unknown): Promise<CreateAnswer<T>> {
  const answer = await exchange.send({ method: "POST", path, body });
  if (answer.status === 200 || answer.status === 201 || answer.status === 202)
    return { outcome: "stored", object: parsed<T>(answer, path) };
  if (answer.status === 409 && statusOf(answer).reason === "AlreadyExists") return { outcome: "exists" };
  if (answer.status === 409) {
    // The namespace's quota is counted by another request just now.
    throw new TransientUpstreamError(`POST ${path} was answered 409: ${messageOf(answer)}`, { status: 409 });
  }
  // The namespace, or the resource itself, is not there.
  if (answer.status === 404) return { outcome: "denied", message: messageOf(answer) };
  const refused = writeRefusal(answer);
  if (refused) return { outcome: "denied", message: refused.message };
  throw refusal(answer, `POST ${path}`);
}

/** A DELETE with preconditions, sent once. */
export async function removeObject(
  exchange: ClusterExchange,
  path: string,
  { uid, resourceVersion }: { readonly uid: string; readonly resourceVersion?: string },
): Promise<RemoveAnswer> {
  const preconditions = { uid, ...(resourceVersion === undefined ? {} : { resourceVersion }) };
  const body = { kind: "DeleteOptions", apiVersion: "v1", preconditions };
  const answer = await exchange.send({ method: "DELETE", path, body });
  if (answer.status === 200 || answer.status === 202) return { outcome: "removed" };
  if (answer.status === 404) return { outcome: "absent" };
  const refused = writeRefusal(answer);
  if (refused) return refused;
  throw refusal(answer, `DELETE ${path}`);
}
