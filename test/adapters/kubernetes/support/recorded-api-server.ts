import type { ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { generate } from "selfsigned";
import { onTestFinished } from "vitest";
import type { EksCluster } from "../../../../functions/adapters/kubernetes/eks-cluster.ts";

export interface RecordedRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  /** Counts the connections: two requests with the same number shared one. */
  readonly connection: number;
}

/** `reset` breaks the connection without an answer, `stall` never answers. A stream sends its pieces one by one, then ends, breaks or waits. */
export type Reply =
  | { readonly status: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> }
  | { readonly stream: readonly (string | Buffer)[]; readonly afterwards: "end" | "reset" | "stall" }
  | "reset"
  | "stall";

export interface RecordedApiServer {
  readonly cluster: EksCluster;
  readonly requests: readonly RecordedRequest[];
  /** Breaks every open connection, as a sandbox finds them after a freeze. */
  dropConnections(): void;
}

export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** A certificate that vouches for itself, good for 127.0.0.1 unless said otherwise. */
export async function selfSigned(host = "127.0.0.1"): Promise<Certificate> {
  const altName = /^[\d.]+$/.test(host) ? ({ type: 7, ip: host } as const) : ({ type: 2, value: host } as const);
  const made = await generate([{ name: "commonName", value: host }], {
    keyType: "ec",
    extensions: [
      { name: "basicConstraints", cA: true },
      { name: "subjectAltName", altNames: [altName] },
    ],
  });
  return { key: made.private, cert: made.cert };
}

/** A loopback HTTPS server that answers as told, one reply a request (the last one stays), and goes with the test. */
export async function recordedApiServer(replies: readonly Reply[], certificate?: Certificate): Promise<RecordedApiServer> {
  const { key, cert } = certificate ?? (await selfSigned());
  const requests: RecordedRequest[] = [];
  const sockets: Socket[] = [];
  const server = createServer({ key, cert }, (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const { method = "", url: path = "", headers } = incoming;
      requests.push({ method, path, headers, body: Buffer.concat(chunks).toString(), connection: sockets.indexOf(incoming.socket) });
      const reply = replies[Math.min(requests.length, replies.length) - 1] ?? "reset";
      if (reply === "reset") incoming.socket.destroy();
      if (typeof reply === "string") return;
      if ("stream" in reply) return void play(reply, outgoing);
      const text = typeof reply.body === "string" ? reply.body : JSON.stringify(reply.body ?? {});
      outgoing.writeHead(reply.status, { "content-type": "application/json", ...reply.headers }).end(text);
    });
  });
  server.on("secureConnection", (socket: Socket) => sockets.push(socket));
  await listening(server);
  const dropConnections = () => server.closeAllConnections();
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { cluster: { name: "demo", endpoint: `https://127.0.0.1:${port}`, certificateAuthority: cert }, requests, dropConnections };
}

async function play({ stream, afterwards }: Extract<Reply, { stream: unknown }>, outgoing: ServerResponse): Promise<void> {
  outgoing.writeHead(200, { "content-type": "application/json" });
  for (const piece of stream) {
    outgoing.write(piece);
    // Each piece in a packet of its own.
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  if (afterwards === "end") outgoing.end();
  if (afterwards === "reset") outgoing.socket?.destroy();
}

function listening(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
}

/** The body of a refusal as API servers write it. */
export function aStatus(code: number, reason: string, message: string, details: object = {}): Reply {
  return { status: code, body: { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message, reason, details, code } };
}
