import {
  type KubernetesClient,
  type KubernetesClientOptions,
  kubernetesClient,
} from "../../../../functions/adapters/kubernetes/kubernetes-client.ts";
import type { RecordedApiServer } from "./recorded-api-server.ts";

/** A client of that server; its tokens count up with every renewal. */
export function clientOf(
  { cluster }: Pick<RecordedApiServer, "cluster">,
  options: Pick<KubernetesClientOptions, "timeoutMilliseconds" | "pageSize"> = {},
): KubernetesClient {
  let signed = 1;
  const token = async (renew: boolean) => `token-${renew ? ++signed : signed}`;
  return kubernetesClient({ cluster, token, timeoutMilliseconds: 1_000, ...options });
}

/** The error of what must fail. */
export async function failureOf(answer: Promise<unknown>): Promise<Error> {
  return answer.then(
    () => new Error("it did not fail"),
    (error: Error) => error,
  );
}
