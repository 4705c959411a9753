import { Agent } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { UntrustedClusterError } from "../../domain/errors.ts";
import { type HttpAnswer, type HttpReply, httpOpen, readWhole } from "../http/http-exchange.ts";
import type { EksCluster } from "./eks-cluster.ts";
import type { KubernetesClientOptions } from "./kubernetes-client.ts";
import { connectionError, unknownToCluster } from "./kubernetes-errors.ts";

/** Equal to the version in package.json (a test compares them). */
export const ROLLGUARD_VERSION = "0.1.0";

/** A page of 250 large pods has about 10 MiB; parsing takes several times its size of the Lambda's memory. */
const MOST_ANSWER_BYTES = 32 * 1024 * 1024;

export interface ClusterRequest {
  readonly method: "GET" | "PATCH" | "POST" | "DELETE";
  /** With its query. */
  readonly path: string;
  /** @default no body */
  readonly body?: unknown;
  /** @default "application/json" when there is a body */
  readonly contentType?: string;
  /** @default "application/json" */
  readonly accept?: string;
  /** @default the client's, for each request */
  readonly timeoutMilliseconds?: number;
  readonly signal?: AbortSignal;
}

/** Requests to one cluster, authenticated: a 401 signs a new token once, a 429 is waited out within the budget, broken connections are translated. */
export interface ClusterExchange {
  /** The whole answer, whatever its status; one above `mostBytes` is cut, see `whole`. */
  send(request: ClusterRequest, mostBytes?: number): Promise<HttpAnswer>;
  /** The answer as soon as its headers are there. Reading its body rejects with Node's errors. */
  open(request: ClusterRequest): Promise<HttpReply>;
}

export function clusterExchange(options: KubernetesClientOptions): ClusterExchange {
  const { cluster, token, caller = "this function's role", timeoutMilliseconds = 5_000, waitBudgetMilliseconds = 3_000 } = options;
  const { transport = { open: httpOpen, sleep } } = options;
  const agent = agentFor(cluster);

  function translated({ method, path }: ClusterRequest): (error: Error) => never {
    return (error) => {
      throw connectionError(error, { cluster: cluster.name, method, url: new URL(path, cluster.endpoint) });
    };
  }

  async function open(request: ClusterRequest): Promise<HttpReply> {
    const { method, path, body, accept = "application/json", contentType = "application/json", signal } = request;
    const exchange = {
      agent,
      method,
      url: new URL(path, cluster.endpoint),
      body: body === undefined ? null : JSON.stringify(body),
      timeoutMilliseconds: request.timeoutMilliseconds ?? timeoutMilliseconds,
      ...(signal ? { signal } : {}),
    };
    const always = {
      accept,
      "user-agent": `rollguard/${ROLLGUARD_VERSION}`,
      ...(body === undefined ? {} : { "content-type": contentType }),
    };
    let budget = waitBudgetMilliseconds;
    let renewed = false;
    let refused = false;
    for (;;) {
      const headers = { ...always, authorization: `Bearer ${await token(refused)}` };
      const reply: HttpReply = await transport.open({ ...exchange, headers }).catch(translated(request));
      refused = reply.status === 401;
      if (refused) {
        if (renewed) throw unknownToCluster(cluster.name, caller);
        renewed = true;
      } else if (reply.status === 429 && retryAfterMilliseconds(reply) <= budget) {
        // The server turned the request away unread, so asking again is safe for a write too.
        budget -= retryAfterMilliseconds(reply);
        await transport.sleep(retryAfterMilliseconds(reply));
      } else {
        return reply;
      }
      // Read to its end, the connection can carry the next try.
      await readWhole(reply, MOST_ANSWER_BYTES).catch(translated(request));
    }
  }

  return {
    open,
    send: async (request, mostBytes = MOST_ANSWER_BYTES) => readWhole(await open(request), mostBytes).catch(translated(request)),
  };
}

function agentFor(cluster: EksCluster): Agent {
  try {
    // A free connection is dropped after 30 s: an older one is likely dead, and finding that out costs a request.
    return new Agent({ ca: cluster.certificateAuthority, keepAlive: true, maxSockets: 8, timeout: 30_000 });
  } catch (cause) {
    throw new UntrustedClusterError(`the CA of cluster ${cluster.name} is not a certificate`, { cluster: cluster.name }, { cause });
  }
}

/** Seconds, as API servers send it; one second where the header is absent or something else. */
function retryAfterMilliseconds({ headers }: HttpReply): number {
  const seconds = Number(headers["retry-after"] ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : 1_000;
}
