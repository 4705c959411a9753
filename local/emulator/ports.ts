import { existsSync, readFileSync } from "node:fs";
import { connect, createServer } from "node:net";

/** Throws when something listens on the port, and says how to go on. `folder` is where MiniStack of an earlier run left its process id. */
export async function assertPortFree(port: number, folder: string): Promise<void> {
  const busy = await new Promise<boolean>((resolve) => {
    const socket = connect({ host: "127.0.0.1", port }, () => resolve(true));
    socket.once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
  if (!busy) return;
  const pidFile = `${folder}/tmp/ministack-${port}.pid`;
  const owner = existsSync(pidFile)
    ? `an emulator of an earlier run may still be there: end it with \`kill ${readFileSync(pidFile, "utf8").trim()}\``
    : "end the program that listens there";
  throw new Error(
    `port ${port} on 127.0.0.1 is in use: ${owner}, choose another port with ROLLGUARD_EMULATOR_PORT=<port>, ` +
      `or use what runs there with AWS_ENDPOINT_URL=http://127.0.0.1:${port}.`,
  );
}

/** A port that is free now; MiniStack cannot choose one itself. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

/** A port from an environment variable, or the default. Throws when the variable is no port. */
export function portFrom(variable: string, otherwise: number): number {
  const text = process.env[variable];
  if (!text) return otherwise;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new Error(`${variable} is "${text}", expected a port number (0 takes any free one)`);
}
