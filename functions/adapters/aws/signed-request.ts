import { Agent as AgentInClear, type IncomingHttpHeaders } from "node:http";
import { Agent } from "node:https";
import { SignatureV4 } from "@smithy/signature-v4";
import { type HttpAnswer, httpExchange } from "../http/http-exchange.ts";
import type { SignedService } from "./aws-endpoint.ts";
import type { AwsCredentials } from "./aws-identity.ts";
import { AwsRefusal, awsRefusal } from "./aws-refusal.ts";
import { isTransient } from "./call-aws.ts";
import { pause } from "./pause.ts";
import { Sha256 } from "./sha256.ts";

export interface SignedRequest {
  readonly service: SignedService;
  readonly region: string;
  readonly method: "GET" | "PUT" | "POST" | "DELETE";
  /** See `endpointOf`; its path is percent-encoded already. */
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly credentials: () => Promise<AwsCredentials>;
  /** Whether it may be sent again. @default true for GET and PUT */
  readonly idempotent?: boolean;
  /** For all tries together. @default 10 seconds, of which one try takes 4 at most */
  readonly deadlineMilliseconds?: number;
  /** For one try, where the answer may take longer than others. @default 4 seconds */
  readonly tryMilliseconds?: number;
}

export interface SignedAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
}

const MOST_TRIES = 3;
const MOST_MILLISECONDS_A_TRY = 4_000;
const MOST_ANSWER_BYTES = 64 * 1024 * 1024;

/** A free connection is dropped after 30 s: an older one is likely dead. Endpoints in clear are those that AWS_ENDPOINT_URL may name. */
const AGENT_SETTINGS = { keepAlive: true, maxSockets: 16, timeout: 30_000 } as const;
const agents = { inClear: new AgentInClear(AGENT_SETTINGS), encrypted: new Agent(AGENT_SETTINGS) };

/**
 * One call of an AWS API without its SDK client, whose 45 KB and more a bundle would have to carry. Resolves to a 2xx answer. Throttling, 5xx and
 * broken connections are tried again with jitter where that is safe. Throws `AwsRefusal` or Node's own errors: wrap it in `callAws`.
 */
export async function signedRequest(request: SignedRequest): Promise<SignedAnswer> {
  const { deadlineMilliseconds = 10_000, idempotent = request.method !== "POST" } = request;
  const end = performance.now() + deadlineMilliseconds;
  for (let tries = 1; ; tries += 1) {
    try {
      return await sendOnce(request, end - performance.now());
    } catch (error) {
      const wait = Math.random() * 100 * 2 ** tries;
      if (!idempotent || tries === MOST_TRIES || !isTransient(error) || performance.now() + wait >= end) throw error;
      await pause(wait);
    }
  }
}

/** The headers to send: those given, the host and the signature (Signature Version 4; S3 signs the path as it is, the others encode it once more). */
export async function signedHeaders(
  request: Omit<SignedRequest, "credentials">,
  credentials: AwsCredentials,
  signingDate: Date,
): Promise<Readonly<Record<string, string>>> {
  const { service, region, method, url, headers = {}, body } = request;
  const signer = new SignatureV4({ service, region, credentials, sha256: Sha256, uriEscapePath: service !== "s3" });
  const signed = await signer.sign(
    {
      method,
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: { ...headers, host: url.host },
      body,
    },
    { signingDate },
  );
  return signed.headers;
}

async function sendOnce(request: SignedRequest, millisecondsLeft: number): Promise<SignedAnswer> {
  const { url, method, body = null, tryMilliseconds = MOST_MILLISECONDS_A_TRY } = request;
  const headers = await signedHeaders(request, await request.credentials(), new Date());
  const agent = url.protocol === "https:" ? agents.encrypted : agents.inClear;
  const timeoutMilliseconds = Math.max(1, Math.round(Math.min(tryMilliseconds, millisecondsLeft)));
  const answer = await httpExchange({ agent, method, url, headers, body, timeoutMilliseconds }, MOST_ANSWER_BYTES);
  if (answer.status < 200 || answer.status > 299) throw awsRefusal(answer);
  if (!answer.whole)
    throw new AwsRefusal("AnswerTooLarge", `the answer has more than ${MOST_ANSWER_BYTES / 1024 / 1024} MiB`, answer.status);
  return bare(answer);
}

function bare({ status, headers, bytes }: HttpAnswer): SignedAnswer {
  return { status, headers, bytes };
}
