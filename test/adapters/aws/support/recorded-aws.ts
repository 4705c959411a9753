import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import type { AwsCredentials, AwsIdentity } from "../../../../functions/adapters/aws/aws-identity.ts";

export interface RecordedCall {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  /** Counts the connections: two requests with the same number shared one. */
  readonly connection: number;
}

/** `reset` breaks the connection without an answer, `stall` never answers. */
export type AwsReply =
  | { readonly status: number; readonly body?: string | Buffer | object; readonly headers?: Readonly<Record<string, string>> }
  | "reset"
  | "stall";

export interface RecordedAws {
  readonly url: string;
  readonly calls: readonly RecordedCall[];
}

/** A loopback AWS that answers as told, one reply a request (the last one stays; a function sees the request), and goes with the test. */
export async function recordedAws(replies: readonly AwsReply[] | ((call: RecordedCall) => AwsReply)): Promise<RecordedAws> {
  const calls: RecordedCall[] = [];
  const sockets: object[] = [];
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const { method = "", url: path = "", headers, socket } = incoming;
      const call = { method, path, headers, body: Buffer.concat(chunks), connection: sockets.indexOf(socket) };
      calls.push(call);
      const reply = typeof replies === "function" ? replies(call) : (replies[Math.min(calls.length, replies.length) - 1] ?? "reset");
      if (reply === "reset") socket.destroy();
      if (typeof reply === "string") return;
      const { status, body = "", headers: extra } = reply;
      outgoing.writeHead(status, extra).end(typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body));
    });
  });
  server.on("connection", (socket) => sockets.push(socket));
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, calls };
}

/** A refusal as the JSON services write it. */
export function jsonRefusal(status: number, code: string, message = "refused by the test"): AwsReply {
  return { status, headers: { "x-amzn-errortype": code }, body: { message } };
}

/** A refusal as S3 and STS write it. */
export function xmlRefusal(status: number, code: string, message = "refused by the test"): AwsReply {
  return { status, body: `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message><RequestId>1</RequestId></Error>` };
}

/** Keys `test`/`test`, region us-east-1. */
export function anIdentity(overrides: { region?: string; credentials?: Partial<AwsCredentials> } = {}): AwsIdentity {
  const credentials = { accessKeyId: "test", secretAccessKey: "test", ...overrides.credentials };
  return { region: async () => overrides.region ?? "us-east-1", credentials: async () => credentials };
}
