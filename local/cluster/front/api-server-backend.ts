import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders } from "node:http";
import { Agent, request as httpsRequest } from "node:https";
import type { ApiServerConnection } from "../admin-client.ts";
import type { Caller } from "./authenticator.ts";
import type { KubernetesBackend } from "./backend.ts";
import type { RecordedReply } from "./reply-memory.ts";

/** Headers that say who the caller is or how the connection is kept: ours replace them. */
const NOT_FORWARDED = /^(authorization|host|connection|impersonate-.*)$/i;

function forwardedHeaders(incoming: IncomingHttpHeaders, { token }: ApiServerConnection, caller: Caller): OutgoingHttpHeaders {
  const kept = Object.entries(incoming).filter(([name]) => !NOT_FORWARDED.test(name));
  return {
    ...Object.fromEntries(kept),
    ...(token ? { authorization: `Bearer ${token}` } : {}),
    ...(caller.kind === "admin" ? {} : { "impersonate-user": caller.user.username, "impersonate-group": [...caller.user.groups] }),
  };
}

/** Collects the body while it streams through. */
function tell(answer: IncomingMessage, onReply: (reply: RecordedReply) => void): void {
  const chunks: Buffer[] = [];
  answer.on("data", (chunk: Buffer) => chunks.push(chunk));
  answer.on("end", () => {
    const contentType = answer.headers["content-type"] ?? "application/json";
    onReply({ code: answer.statusCode ?? 502, contentType, body: Buffer.concat(chunks).toString() });
  });
}

/** Forwards to a real API server, as the mapped user by impersonation; watches stream through. */
export function apiServerBackend(connection: ApiServerConnection): KubernetesBackend {
  const agent = new Agent({
    keepAlive: true,
    ca: connection.caPem,
    ...(connection.clientCertificatePem ? { cert: connection.clientCertificatePem } : {}),
    ...(connection.clientKeyPem ? { key: connection.clientKeyPem } : {}),
  });
  return {
    serve(request, response, caller, { dropReply, onReply }) {
      return new Promise((resolve) => {
        const headers = forwardedHeaders(request.headers, connection, caller);
        const upstream = httpsRequest(new URL(request.url ?? "/", connection.url), { method: request.method, agent, headers }, (answer) => {
          if (onReply) tell(answer, onReply);
          if (dropReply) {
            answer.resume();
            answer.on("close", () => request.socket.destroy());
            return resolve();
          }
          const { connection: _hop, "transfer-encoding": _encoding, ...kept } = answer.headers;
          response.writeHead(answer.statusCode ?? 502, kept);
          response.flushHeaders();
          answer.pipe(response);
          answer.on("error", () => response.destroy());
          answer.on("close", resolve);
        });
        upstream.on("error", () => {
          if (response.headersSent) response.destroy();
          else response.writeHead(502, { "content-type": "text/plain" }).end("the API server behind the front does not answer\n");
          resolve();
        });
        response.on("close", () => upstream.destroy());
        request.pipe(upstream);
      });
    },
    stop: () => agent.destroy(),
  };
}
