import { type Agent, type IncomingHttpHeaders, type IncomingMessage, request as requestInClear } from "node:http";
import { request as requestEncrypted } from "node:https";

export interface HttpRequest {
  /** Of `node:https` for https addresses, of `node:http` for others. */
  readonly agent: Agent;
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | null;
  /** One deadline from the first byte out to the last byte in. */
  readonly timeoutMilliseconds: number;
  /** Ends the request earlier. */
  readonly signal?: AbortSignal;
}

/** An answer whose body has not been read yet. */
export interface HttpReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The body as it comes. Whoever stops early breaks the connection, which is the way to stop a long answer. */
  chunks(): AsyncGenerator<Buffer>;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** At most as many as were asked for. */
  readonly bytes: Buffer;
  /** False when there was more: the rest was not read. */
  readonly whole: boolean;
}

/**
 * Sends a request and answers as soon as the headers are there. Rejects with Node's own errors.
 * A GET on a kept-alive connection that had died meanwhile (a Lambda's freeze does that) is sent once more; a write never is.
 */
export async function httpOpen(request: HttpRequest): Promise<HttpReply> {
  const deadline = AbortSignal.timeout(request.timeoutMilliseconds);
  const signal = request.signal ? AbortSignal.any([deadline, request.signal]) : deadline;
  try {
    return await openOnce(request, signal);
  } catch (error) {
    if (request.method === "GET" && error instanceof DeadConnectionError) return openOnce(request, signal).catch(unwrap);
    return unwrap(error);
  }
}

/** Sends a request and reads its answer, up to so many bytes. Rejects with Node's own errors. */
export async function httpExchange(request: HttpRequest, mostBytes: number): Promise<HttpAnswer> {
  return readWhole(await httpOpen(request), mostBytes);
}

/** The body of an opened answer, up to so many bytes. */
export async function readWhole(reply: HttpReply, mostBytes: number): Promise<HttpAnswer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of reply.chunks()) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > mostBytes) break;
  }
  const { status, headers } = reply;
  return { status, headers, bytes: Buffer.concat(chunks).subarray(0, mostBytes), whole: length <= mostBytes };
}

/** A reused connection broke before any answer came. */
class DeadConnectionError extends Error {}

function unwrap(error: unknown): never {
  throw error instanceof DeadConnectionError ? error.cause : error;
}

function openOnce({ agent, method, url, headers, body }: HttpRequest, signal: AbortSignal): Promise<HttpReply> {
  return new Promise((resolve, reject) => {
    // Always said, also for an empty body: Node leaves it out where a body is unusual, and the server then reads the body as a second request.
    const contentLength = { "content-length": String(Buffer.byteLength(body ?? "")) };
    const send = url.protocol === "https:" ? requestEncrypted : requestInClear;
    const outgoing = send(url, { agent, method, headers: { ...headers, ...contentLength }, signal }, (incoming) => {
      // Whoever reads the body hears of it; without a listener, a break before that would end the process.
      incoming.on("error", () => undefined);
      resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, chunks: () => chunksOf(incoming, signal) });
    });
    outgoing.on("error", (error: Error & { code?: string }) => {
      if (outgoing.reusedSocket && (error.code === "ECONNRESET" || error.code === "EPIPE"))
        reject(new DeadConnectionError("dead connection", { cause: error }));
      else reject(timeoutOr(error, signal));
    });
    outgoing.end(body ?? undefined);
  });
}

async function* chunksOf(incoming: IncomingMessage, signal: AbortSignal): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of incoming) yield chunk as Buffer;
  } catch (error) {
    throw timeoutOr(error as Error, signal);
  }
}

/** An aborted request says "aborted"; people want to read "timed out". */
function timeoutOr(error: Error, signal: AbortSignal): Error {
  return signal.aborted ? (signal.reason as Error) : error;
}
