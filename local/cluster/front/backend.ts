import type { IncomingMessage, ServerResponse } from "node:http";
import type { Caller } from "./authenticator.ts";
import type { RecordedReply } from "./reply-memory.ts";

export interface ServeOptions {
  /** Applies the request and then breaks the connection instead of answering. */
  readonly dropReply: boolean;
  /** Told the whole answer, unless it is a watch. */
  readonly onReply?: (reply: RecordedReply) => void;
}

/** What answers the Kubernetes requests behind the front: the simulator, or a real API server. */
export interface KubernetesBackend {
  /** Answers one request. */
  serve(request: IncomingMessage, response: ServerResponse, caller: Caller, options: ServeOptions): Promise<void>;
  /** Moves an object's creation into the past; undefined when this backend cannot. */
  readonly backdate?: (object: BackdatedObject) => void;
  stop(): void;
}

/** Which object to make older, and to when. */
export interface BackdatedObject {
  readonly resource: "deployments" | "replicasets" | "pods";
  readonly namespace: string;
  readonly name: string;
  /** RFC 3339. */
  readonly creationTimestamp: string;
}

/** The body of a request as text. */
export async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
