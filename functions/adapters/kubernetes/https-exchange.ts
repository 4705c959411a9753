import type { IncomingHttpHeaders } from "node:http";
import { type Agent, request } from "node:https";

export interface HttpsRequest {
  readonly agent: Agent;
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  readonly timeoutMilliseconds: number;
}

export interface HttpsAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/**
 * One HTTPS request with one deadline from the first byte out to the last byte in. Rejects with Node's own errors.
 * A read on a kept-alive connection that had died meanwhile (a Lambda's freeze does that) is sent once more; a write never is.
 */
export async function httpsExchange(exchange: HttpsRequest): Promise<HttpsAnswer> {
  const signal = AbortSignal.timeout(exchange.timeoutMilliseconds);
  try {
    return await exchangeOnce(exchange, signal);
  } catch (error) {
    if (exchange.method === "GET" && error instanceof DeadConnectionError) return exchangeOnce(exchange, signal).catch(unwrap);
    return unwrap(error);
  }
}

/** A reused connection broke before any answer came. */
class DeadConnectionError extends Error {}

function unwrap(error: unknown): never {
  throw error instanceof DeadConnectionError ? error.cause : error;
}

function exchangeOnce({ agent, method, url, headers, body }: HttpsRequest, signal: AbortSignal): Promise<HttpsAnswer> {
  return new Promise((resolve, reject) => {
    // Always said, also for an empty body: Node leaves it out where a body is unusual, and the server then reads the body as a second request.
    const contentLength = { "content-length": String(Buffer.byteLength(body ?? "")) };
    const outgoing = request(url, { agent, method, headers: { ...headers, ...contentLength }, signal }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.on("error", (error) => reject(timeoutOr(error, signal)));
      incoming.on("end", () => {
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text: Buffer.concat(chunks).toString("utf8") });
      });
    });
    outgoing.on("error", (error: Error & { code?: string }) => {
      if (outgoing.reusedSocket && (error.code === "ECONNRESET" || error.code === "EPIPE"))
        reject(new DeadConnectionError("dead connection", { cause: error }));
      else reject(timeoutOr(error, signal));
    });
    outgoing.end(body ?? undefined);
  });
}

/** An aborted request says "aborted"; people want to read "timed out". */
function timeoutOr(error: Error, signal: AbortSignal): Error {
  return signal.aborted ? (signal.reason as Error) : error;
}
