import type { IncomingMessage, ServerResponse } from "node:http";
import type { User } from "../api/authorization.ts";
import type { ApiResponse } from "../api/request-handler.ts";
import { RESOURCE_TYPES } from "../api/resource-types.ts";
import type { OpenWatch } from "../api/watch-operation.ts";
import type { KubernetesSimulator } from "../kubernetes-simulator.ts";
import type { Caller } from "./authenticator.ts";
import { type BackdatedObject, bodyOf, type KubernetesBackend } from "./backend.ts";
import type { RecordedReply } from "./reply-memory.ts";

/** Serves the simulator over HTTP: JSON bodies, and watches as one JSON line per event. */
export function simulatorBackend(simulator: KubernetesSimulator): KubernetesBackend {
  async function ask(request: IncomingMessage, caller: Caller): Promise<ApiResponse> {
    const url = new URL(request.url ?? "/", "https://simulator");
    const { "content-type": contentType, "user-agent": userAgent } = request.headers;
    return simulator.handle({
      method: request.method ?? "GET",
      path: url.pathname,
      query: url.searchParams,
      ...(contentType ? { contentType } : {}),
      ...(userAgent ? { userAgent } : {}),
      body: await bodyOf(request),
      user: impersonated(request, caller),
    });
  }

  return {
    async serve(request, response, caller, { dropReply, onReply }) {
      const answer = await ask(request, caller);
      if ("watch" in answer) {
        if (dropReply) request.socket.destroy();
        else stream(request, response, answer.watch);
        return;
      }
      const reply = replyOf(answer.code, answer.body);
      onReply?.(reply);
      if (dropReply) request.socket.destroy();
      else response.writeHead(reply.code, { "content-type": reply.contentType }).end(reply.body);
    },
    backdate: ({ resource, namespace, name, creationTimestamp }: BackdatedObject) => {
      const type = RESOURCE_TYPES[resource];
      const object = structuredClone(simulator.store.get(type, namespace, name));
      object.metadata.creationTimestamp = creationTimestamp;
      simulator.store.replace(type, object);
    },
    stop: () => simulator.stop(),
  };
}

/** The admin may act as somebody else, as on every API server; nobody else may. */
function impersonated({ headersDistinct }: IncomingMessage, { user, kind }: Caller): User {
  const username = headersDistinct["impersonate-user"]?.[0];
  if (kind !== "admin" || username === undefined) return user;
  return { username, groups: [...(headersDistinct["impersonate-group"] ?? []), "system:authenticated"] };
}

function replyOf(code: number, body: unknown): RecordedReply {
  const isText = typeof body === "string";
  return { code, contentType: isText ? "text/plain" : "application/json", body: isText ? body : JSON.stringify(body) };
}

function stream(request: IncomingMessage, response: ServerResponse, watch: OpenWatch): void {
  response.writeHead(200, { "content-type": "application/json" });
  response.flushHeaders();
  const stop = watch((event) => {
    response.write(`${JSON.stringify(event)}\n`);
    if (event.type === "ERROR") response.end();
  });
  const timeout = Number(new URL(request.url ?? "/", "https://simulator").searchParams.get("timeoutSeconds") ?? 0);
  const timer = timeout > 0 ? setTimeout(() => response.end(), timeout * 1000) : undefined;
  response.on("close", () => {
    clearTimeout(timer);
    stop();
  });
}
