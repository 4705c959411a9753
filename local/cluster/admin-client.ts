import type { IncomingMessage, RequestOptions } from "node:http";
import { Agent, request as httpsRequest } from "node:https";
import type { WatchEvent } from "./api/watch-operation.ts";
import { ClusterClient, type ClusterTransport, type OpenedWatch, type RawAnswer, type RawRequest } from "./cluster-client.ts";

/** How to reach an API server, and as whom. */
export interface ApiServerConnection {
  readonly url: string;
  /** What the server's certificate must be signed with. */
  readonly caPem: string;
  readonly token?: string;
  readonly clientCertificatePem?: string;
  readonly clientKeyPem?: string;
}

/** A reused connection broke before any answer came. */
class DeadConnectionError extends Error {}

const REQUEST_TIMEOUT_MILLISECONDS = 15_000;

async function textOf(response: IncomingMessage): Promise<string> {
  let text = "";
  response.setEncoding("utf8");
  for await (const chunk of response) text += chunk;
  return text;
}

function parsedBody(text: string, contentType: string | undefined): unknown {
  return contentType?.includes("json") && text !== "" ? JSON.parse(text) : text;
}

/** A client of the API at the other end of a TLS connection, with the cluster's own CA. */
export function connectCluster(connection: ApiServerConnection, userAgent = "rollguard-demo"): ClusterClient {
  const agent = new Agent({
    keepAlive: true,
    ca: connection.caPem,
    ...(connection.clientCertificatePem ? { cert: connection.clientCertificatePem } : {}),
    ...(connection.clientKeyPem ? { key: connection.clientKeyPem } : {}),
  });
  const open = new Set<() => void>();

  function options({ method, path, contentType }: RawRequest, payload: string | undefined): [URL, RequestOptions] {
    const headers: Record<string, string> = { accept: "application/json", "user-agent": userAgent };
    if (connection.token) headers.authorization = `Bearer ${connection.token}`;
    if (payload !== undefined) {
      headers["content-type"] = contentType ?? "application/json";
      // without it Node sends the body of a DELETE as if it were the next request
      headers["content-length"] = String(Buffer.byteLength(payload));
    }
    return [new URL(path, connection.url), { method, agent, headers }];
  }

  /** A read on a kept connection that the other end has just closed is sent once more; a write never is. */
  function send(request: RawRequest): Promise<RawAnswer> {
    return sendOnce(request).catch((error: unknown) => {
      if (request.method === "GET" && error instanceof DeadConnectionError) return sendOnce(request);
      throw error;
    });
  }

  function sendOnce(request: RawRequest): Promise<RawAnswer> {
    const payload = request.body === undefined ? undefined : JSON.stringify(request.body);
    return new Promise((resolve, reject) => {
      const outgoing = httpsRequest(...options(request, payload), (response) => {
        textOf(response)
          .then((text) => ({
            code: response.statusCode ?? 0,
            headers: response.headers,
            body: parsedBody(text, response.headers["content-type"]),
          }))
          .then(resolve, reject);
      });
      outgoing.setTimeout(REQUEST_TIMEOUT_MILLISECONDS, () =>
        outgoing.destroy(new Error(`no answer to ${request.method} ${request.path}`)),
      );
      outgoing.on("error", (cause: NodeJS.ErrnoException) => {
        const dead = outgoing.reusedSocket && (cause.code === "ECONNRESET" || cause.code === "EPIPE");
        reject(dead ? new DeadConnectionError(`${request.method} ${request.path}: ${cause.message}`, { cause }) : cause);
      });
      outgoing.end(payload);
    });
  }

  function watch(path: string, onEvent: (event: WatchEvent) => void): OpenedWatch {
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    const outgoing = httpsRequest(...options({ method: "GET", path }, undefined), (response) => {
      let rest = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        const lines = (rest + chunk).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) if (line.trim() !== "") onEvent(JSON.parse(line) as WatchEvent);
      });
      response.on("close", stop);
      response.on("error", stop);
    });
    function stop(): void {
      open.delete(stop);
      outgoing.destroy();
      resolve();
    }
    outgoing.on("error", stop);
    outgoing.end();
    open.add(stop);
    return { ended, stop };
  }

  const transport: ClusterTransport = {
    send,
    watch,
    close() {
      for (const stop of [...open]) stop();
      agent.destroy();
    },
  };
  return new ClusterClient(transport);
}
