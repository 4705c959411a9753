import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { StatusError, unauthorized } from "../api/status-error.ts";
import { serveAdminDoor } from "./admin-door.ts";
import type { Caller } from "./authenticator.ts";
import type { KubernetesBackend, ServeOptions } from "./backend.ts";
import { TokenRefusedError } from "./eks-token.ts";
import { type FaultAction, type FaultBook, type FaultedRequest, stall } from "./faults.ts";

export interface KubernetesHandlerProps {
  readonly authenticate: (authorization: string | undefined) => Promise<Caller>;
  readonly backend: KubernetesBackend;
  readonly faults: FaultBook;
  /** Told why a token was refused; the caller only sees 401. */
  readonly onRefused?: (reason: string) => void;
}

const FAULT_REASONS = { 429: "TooManyRequests", 500: "InternalError", 503: "ServiceUnavailable" } as const;

function sendFailure(response: ServerResponse, { status }: StatusError, retryAfterSeconds?: number): void {
  const retryAfter = retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) };
  response.writeHead(status.code, { "content-type": "application/json", ...retryAfter }).end(JSON.stringify(status));
}

function sendFault(response: ServerResponse, { code, retryAfterSeconds }: Extract<FaultAction, { kind: "status" }>): void {
  const wait = retryAfterSeconds ?? (code === 429 ? 1 : undefined);
  const details = wait === undefined ? {} : { retryAfterSeconds: wait };
  sendFailure(response, new StatusError(code, FAULT_REASONS[code], "a planted fault", details), wait);
}

/** Requests that look like writes and store nothing. */
const NO_WRITES = /[?&]dryRun=|accessreviews/;

function hangUpOf(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.on("close", () => controller.abort());
  return controller.signal;
}

/** Lets the book of faults see reads and writes go by, so that it can play stale ones and count accepted ones; watches are not kept. */
function watched(faults: FaultBook, request: FaultedRequest): Pick<ServeOptions, "onReply"> {
  const { replies } = faults;
  const { method, path } = request;
  const count = faults.answerTo(request);
  if ((!replies.isRunning && count === undefined) || /[?&]watch=(1|true)/.test(path)) return {};
  return {
    onReply: (reply) => {
      count?.(reply.code);
      if (!replies.isRunning) return;
      if (method === "GET") replies.sawReply(path, reply);
      else if (reply.code < 300 && !NO_WRITES.test(path)) replies.sawWrite();
    },
  };
}

/** Authenticates, lets planted faults strike, and passes the request on to whatever answers. */
export function kubernetesHandler(props: KubernetesHandlerProps): (request: IncomingMessage, response: ServerResponse) => void {
  const { authenticate, backend, faults } = props;

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const caller = await authenticate(request.headers.authorization);
    const path = request.url ?? "/";
    if (path.startsWith("/_front/")) {
      if (caller.kind !== "admin") throw new TokenRefusedError("the front's own door needs the admin token");
      return serveAdminDoor(request, response, { faults, backend });
    }
    const method = request.method ?? "GET";
    const struck = { server: "kubernetes", caller: caller.kind, method, path } as const;
    const fault = faults.strike(struck);
    switch (fault?.kind) {
      case "status":
        request.resume();
        return sendFault(response, fault);
      case "stale":
        response.writeHead(fault.reply.code, { "content-type": fault.reply.contentType }).end(fault.reply.body);
        return;
      case "stall":
        request.resume();
        await stall(fault, hangUpOf(response));
        request.socket.destroy();
        return;
      case "drop-before-apply":
        request.socket.destroy();
        return;
      case "delay":
        await sleep(fault.milliseconds);
        break;
      default:
    }
    return backend.serve(request, response, caller, { dropReply: fault?.kind === "drop-after-apply", ...watched(faults, struck) });
  }

  return (request, response) => {
    serve(request, response).catch((error: unknown) => {
      request.resume();
      if (response.headersSent) return response.destroy();
      if (error instanceof TokenRefusedError) {
        props.onRefused?.(error.message);
        return sendFailure(response, unauthorized());
      }
      sendFailure(response, new StatusError(500, "InternalError", `Internal error occurred: ${String(error)}`));
    });
  };
}
