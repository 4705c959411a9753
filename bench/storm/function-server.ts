import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { TransientUpstreamError } from "../../functions/domain/errors.ts";

export type StormHandler = (event: unknown) => Promise<unknown>;

/** As often as the machine tries a state by that name: the emulator tells no error names of functions behind a URL. */
const TRIES = 4;

export interface FunctionServer {
  urlOf(name: string): string;
  /** Function calls that ended in an error, by function and message. */
  readonly errors: ReadonlyMap<string, number>;
  stop(): Promise<void>;
}

export interface FunctionServerProps {
  readonly handlers: Readonly<Record<string, StormHandler>>;
  /** Answered at once and called later, as Lambda does with what EventBridge sends: its events wait until `mayCall`. */
  readonly queued: string;
  readonly mayCall: () => boolean;
}

/** All functions in this one process, behind URLs that the emulator posts events to: hundreds of runs at once would need as many Node processes. */
export async function startFunctionServer({ handlers, queued, mayCall }: FunctionServerProps): Promise<FunctionServer> {
  const errors = new Map<string, number>();
  const waiting: unknown[] = [];
  const call = async (name: string, event: unknown): Promise<unknown> => {
    try {
      const handler = handlers[name];
      if (handler === undefined) throw new Error(`there is no function ${name}`);
      return await withRetries(handler, event);
    } catch (error) {
      const what = `${name}: ${String(error).slice(0, 200)}`;
      errors.set(what, (errors.get(what) ?? 0) + 1);
      throw error;
    } finally {
      admit();
    }
  };
  const admit = () => {
    while (waiting.length > 0 && mayCall()) void call(queued, waiting.shift()).catch(() => undefined);
  };
  const server = createServer(async (request, response) => {
    const name = request.url?.slice(1) ?? "";
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const event: unknown = JSON.parse(Buffer.concat(chunks).toString("utf8"));
      if (name === queued) waiting.push(event);
      const answer = name === queued ? null : await call(name, event);
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer ?? null));
      admit();
    } catch (error) {
      response.writeHead(500, { "content-type": "application/json" }).end(JSON.stringify({ errorMessage: String(error) }));
    }
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", 4096, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    urlOf: (name) => `http://127.0.0.1:${port}/${name}`,
    errors,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function withRetries(handler: StormHandler, event: unknown): Promise<unknown> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await handler(event);
    } catch (error) {
      if (!(error instanceof TransientUpstreamError) || tries === TRIES) throw error;
      await pause(500 * 2 ** tries * Math.random());
    }
  }
}
