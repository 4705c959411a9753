import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface StampServer {
  readonly url: string;
  /** When the last no-op of this sample had run, by its own clock (this machine's). Rejects when it does not say so in time. */
  stamp(sample: string, withinSeconds: number): Promise<number>;
  stop(): Promise<void>;
}

/** Listens on loopback for what the floor's last no-op has to say. */
export async function startStampServer(): Promise<StampServer> {
  const arrived = new Map<string, number>();
  const waiting = new Map<string, (ranAt: number) => void>();
  const server = createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8");
    request.on("data", (chunk: string) => {
      text += chunk;
    });
    request.on("end", () => {
      response.end();
      const { sample, ranAt } = JSON.parse(text) as { sample: string; ranAt: number };
      arrived.set(sample, ranAt);
      waiting.get(sample)?.(ranAt);
    });
  });
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async stamp(sample, withinSeconds) {
      const known = arrived.get(sample);
      if (known !== undefined) return known;
      const { promise, resolve, reject } = Promise.withResolvers<number>();
      waiting.set(sample, resolve);
      const timer = setTimeout(
        () => reject(new Error(`the floor's last function did not run within ${withinSeconds} s`)),
        withinSeconds * 1000,
      );
      return promise.finally(() => clearTimeout(timer));
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
