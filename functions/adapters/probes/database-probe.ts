import { connect } from "node:net";
import type { ProbedCheck, ProbeReading } from "../../domain/probe.ts";
import { connectionTrouble } from "./connection-trouble.ts";

type DatabaseCheck = Extract<ProbedCheck, { type: "db_connection" }>;

/** Opens a TCP connection and closes it again. That something listens there is all it says: nothing is sent, nobody logs in. */
export function databaseProbe({ host, port, timeoutSeconds }: DatabaseCheck): Promise<ProbeReading> {
  const began = performance.now();
  const name = `${host}:${port}`;
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (reading: ProbeReading) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(reading);
    };
    const timer = setTimeout(
      () => end({ kind: "unreachable", reason: `${name} cannot be reached from the function: no connection within ${timeoutSeconds} s` }),
      timeoutSeconds * 1000,
    );
    socket.once("connect", () => end({ kind: "answer", value: 1, milliseconds: Math.round(performance.now() - began) }));
    socket.on("error", (error) => end(connectionTrouble(error, name)));
  });
}
