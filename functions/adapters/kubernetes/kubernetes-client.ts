import { Agent } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { TransientUpstreamError, UntrustedClusterError } from "../../domain/errors.ts";
import type { EksCluster } from "./eks-cluster.ts";
import { type HttpsAnswer, httpsExchange } from "./https-exchange.ts";
import { connectionError, type KubernetesStatus, rbacRefusal, unknownToCluster } from "./kubernetes-errors.ts";

/** Equal to the version in package.json (a test compares them). */
export const ROLLGUARD_VERSION = "0.1.0";

export interface JsonPatchOperation {
  readonly op: "test" | "add" | "replace" | "remove";
  readonly path: string;
  readonly value?: unknown;
}

/** What a PATCH came to. `conflict`: the object moved on (409, or a JSON Patch `test` that failed). `denied`: the server's admission or validation said no. */
export type PatchAnswer<T> =
  | { readonly outcome: "stored"; readonly object: T }
  | { readonly outcome: "absent" }
  | { readonly outcome: "conflict"; readonly message: string }
  | { readonly outcome: "denied"; readonly message: string };

/** The thin client: JSON in and out, errors translated. Never repeats a PATCH whose fate is unknown: the caller reads again. */
export interface KubernetesClient {
  /** Null on 404. */
  get<T>(path: string): Promise<T | null>;
  /** Every page of a list; null when the server does not know the resource. */
  list<T>(path: string, labelSelector?: string): Promise<readonly T[] | null>;
  patch<T>(path: string, operations: readonly JsonPatchOperation[]): Promise<PatchAnswer<T>>;
}

export interface KubernetesClientOptions {
  readonly cluster: EksCluster;
  /** Signs a token; `renew` after a 401. */
  readonly token: (renew: boolean) => Promise<string>;
  /** @default 5 seconds for each request */
  readonly timeoutMilliseconds?: number;
  /** How long one request may wait in all because the server asked for it (429, Retry-After). @default 3 seconds */
  readonly waitBudgetMilliseconds?: number;
  /** @default 250 items a page */
  readonly pageSize?: number;
}

const MOST_MESSAGE_CHARACTERS = 500;

/** Client of one cluster: keep-alive connections that trust that cluster's CA alone. */
export function kubernetesClient(options: KubernetesClientOptions): KubernetesClient {
  const { cluster, token, timeoutMilliseconds = 5_000, waitBudgetMilliseconds = 3_000, pageSize = 250 } = options;
  const agent = agentFor(cluster);

  async function exchange(method: string, path: string, body: string | null, contentType: string | null): Promise<HttpsAnswer> {
    const url = new URL(path, cluster.endpoint);
    let budget = waitBudgetMilliseconds;
    let renew = false;
    for (;;) {
      const headers = {
        accept: "application/json",
        "user-agent": `rollguard/${ROLLGUARD_VERSION}`,
        authorization: `Bearer ${await token(renew)}`,
        ...(contentType ? { "content-type": contentType } : {}),
      };
      const answer = await httpsExchange({ agent, method, url, headers, body, timeoutMilliseconds }).catch((error) => {
        throw connectionError(error, { cluster: cluster.name, method, url });
      });
      if (answer.status === 401) {
        if (renew) throw unknownToCluster(cluster.name);
        renew = true;
      } else if (answer.status === 429 && retryAfterMilliseconds(answer) <= budget) {
        // The server turned the request away unread, so asking again is safe for a PATCH too.
        budget -= retryAfterMilliseconds(answer);
        await sleep(retryAfterMilliseconds(answer));
      } else {
        return answer;
      }
    }
  }

  async function get<T>(path: string): Promise<T | null> {
    const answer = await exchange("GET", path, null, null);
    if (answer.status === 404) return null;
    if (answer.status === 200) return parsed<T>(answer, path);
    throw refusal(answer, `GET ${path}`);
  }

  async function pages<T>(path: string, labelSelector: string): Promise<readonly T[] | null> {
    const items: T[] = [];
    let next = "";
    do {
      const query = new URLSearchParams({ limit: String(pageSize) });
      if (labelSelector) query.set("labelSelector", labelSelector);
      if (next) query.set("continue", next);
      const page = await get<{ items?: T[] | null; metadata?: { continue?: string } }>(`${path}?${query}`);
      if (page === null) return null;
      items.push(...(page.items ?? []));
      next = page.metadata?.continue ?? "";
    } while (next);
    return items;
  }

  return {
    get,
    list: (path, labelSelector = "") => pages(path, labelSelector),
    patch: async <T>(path: string, operations: readonly JsonPatchOperation[]): Promise<PatchAnswer<T>> => {
      const answer = await exchange("PATCH", path, JSON.stringify(operations), "application/json-patch+json");
      if (answer.status === 200) return { outcome: "stored", object: parsed<T>(answer, path) };
      if (answer.status === 404) return { outcome: "absent" };
      const refused = patchRefusal(answer);
      if (refused) return refused;
      throw refusal(answer, `PATCH ${path}`);
    },
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

/** A denial by admission or validation, and a lost race, are answers; null for everything else. */
function patchRefusal(answer: HttpsAnswer): Exclude<PatchAnswer<never>, { outcome: "stored" }> | null {
  const status = statusOf(answer);
  const whole = status.message ?? answer.text;
  const message = (fieldsOf(status) ?? whole).slice(0, MOST_MESSAGE_CHARACTERS);
  switch (answer.status) {
    case 409:
      return { outcome: "conflict", message };
    case 422:
      // A failed `test` is 422 without causes; a webhook may deny with 422 too, and names itself.
      return status.details?.causes?.length || /admission webhook/.test(whole)
        ? { outcome: "denied", message }
        : { outcome: "conflict", message };
    case 400:
      return { outcome: "denied", message };
    case 403:
      return rbacRefusal(whole) ? null : { outcome: "denied", message };
    case 500:
      return /failed calling webhook/.test(whole) ? { outcome: "denied", message } : null;
    default:
      return null;
  }
}

/** A validation error prints the values, a whole pod template with its environment for one: the record gets the fields alone. */
function fieldsOf({ message = "", details }: KubernetesStatus): string | null {
  const causes = details?.causes?.filter(({ field }) => field !== undefined) ?? [];
  if (causes.length === 0) return null;
  const fields = causes.map(({ field, reason }) => (reason === undefined ? field : `${field} (${reason})`));
  return `${message.split(": ", 1)[0]}: ${fields.join(", ")}`;
}

function refusal(answer: HttpsAnswer, request: string): Error {
  const message = (statusOf(answer).message ?? answer.text).slice(0, MOST_MESSAGE_CHARACTERS);
  if (answer.status === 429 || answer.status >= 500) {
    return new TransientUpstreamError(`${request} was answered ${answer.status}: ${message}`, { status: answer.status });
  }
  if (answer.status === 410) return new TransientUpstreamError(`${request}: the list changed while it was read`, { status: 410 });
  if (answer.status === 403) return rbacRefusal(message) ?? new Error(`${request} was answered 403: ${message}`);
  return new Error(`${request} was answered ${answer.status}: ${message}`);
}

function statusOf(answer: HttpsAnswer): KubernetesStatus {
  try {
    return (JSON.parse(answer.text) as KubernetesStatus | null) ?? {};
  } catch {
    return {};
  }
}

function parsed<T>(answer: HttpsAnswer, path: string): T {
  try {
    return JSON.parse(answer.text) as T;
  } catch (cause) {
    throw new TransientUpstreamError(`the answer to ${path} is not JSON`, { path }, { cause });
  }
}

/** Seconds, as API servers send it; one second where the header is absent or something else. */
function retryAfterMilliseconds(answer: HttpsAnswer): number {
  const seconds = Number(answer.headers["retry-after"] ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : 1_000;
}
