import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { makeCertificates } from "../front/certificates.ts";
import type { LogLine, LogSource } from "./log-book.ts";

/** Finds the uid of a pod by its place. */
export type PodUid = (namespace: string, name: string) => string | undefined;

export interface RunningLogServer {
  readonly port: number;
  /** What its certificate is signed with. An API server without a kubelet CA does not look. */
  readonly caPem: string;
  stop(): void;
}

/** The wanted part of a log as text. */
export function logText(lines: readonly LogLine[], query: URLSearchParams): string {
  const sinceSeconds = query.get("sinceSeconds");
  const sinceTime = query.get("sinceTime");
  const from = sinceSeconds === null ? Date.parse(sinceTime ?? "") : Date.now() - Number(sinceSeconds) * 1000;
  const recent = Number.isNaN(from) ? lines : lines.filter(({ at }) => Date.parse(at) >= from);
  const tail = query.get("tailLines");
  const kept = tail === null ? recent : recent.slice(recent.length - Math.min(recent.length, Number(tail)));
  const withTimes = query.get("timestamps") === "true";
  const text = kept.map(({ at, text: line }) => `${withTimes ? `${at} ` : ""}${line}\n`).join("");
  const limit = query.get("limitBytes");
  return limit === null ? text : Buffer.from(text).subarray(0, Number(limit)).toString();
}

function answer(source: LogSource, uidOf: PodUid, request: IncomingMessage): { code: number; text: string } {
  const url = new URL(request.url ?? "/", "https://kubelet");
  const [root, namespace = "", pod = "", container = ""] = url.pathname.split("/").filter((part) => part !== "");
  if (root !== "containerLogs") return { code: 404, text: "404 page not found\n" };
  const uid = uidOf(namespace, pod);
  if (uid === undefined) return { code: 404, text: `pod "${pod}" not found\n` };
  const previous = url.searchParams.get("previous") === "true";
  const lines = source.logs({ uid }, container, previous);
  if (lines) return { code: 200, text: logText(lines, url.searchParams) };
  const what = previous ? "previous terminated container" : "container";
  return { code: 400, text: `${what} "${container}" in pod "${pod}" not found` };
}

/**
 * Serves container logs as a kubelet does, on a free port of loopback: a real API server comes here for `pods/log` when a Node's address is
 * 127.0.0.1 and its kubelet port is this one. Nothing is streamed: `follow` gets what there is.
 */
export async function startLogServer(source: LogSource, uidOf: PodUid): Promise<RunningLogServer> {
  const { caPem, certPem, keyPem } = await makeCertificates();
  const server = createServer({ cert: certPem, key: keyPem }, (request: IncomingMessage, response: ServerResponse) => {
    const { code, text } = answer(source, uidOf, request);
    response.writeHead(code, { "content-type": "text/plain" }).end(text);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    caPem,
    port: (server.address() as AddressInfo).port,
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}
