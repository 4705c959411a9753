import { type ClientRequest, request as requestInClear } from "node:http";
import { request as requestEncrypted } from "node:https";
import type { ProbedCheck, ProbeReading } from "../../domain/probe.ts";
import { connectionTrouble } from "./connection-trouble.ts";

type HttpCheck = Extract<ProbedCheck, { type: "http" }>;

/** One GET on a connection of its own. The answer is the status; the body is not read, redirects are not followed. */
export function httpProbe({ url: text, timeoutSeconds }: HttpCheck): Promise<ProbeReading> {
  const url = new URL(text);
  const send = url.protocol === "https:" ? requestEncrypted : requestInClear;
  const began = performance.now();
  return new Promise((resolve) => {
    let connected = false;
    let request: ClientRequest | null = null;
    const end = (reading: ProbeReading) => {
      clearTimeout(timer);
      resolve(reading);
      request?.destroy();
    };
    const timer = setTimeout(() => {
      const host = url.host;
      end(
        connected
          ? { kind: "failed", reason: `no answer within ${timeoutSeconds} s` }
          : { kind: "unreachable", reason: `${host} cannot be reached from the function: no connection within ${timeoutSeconds} s` },
      );
    }, timeoutSeconds * 1000);
    try {
      request = send(url, { agent: false, headers: { accept: "*/*", "user-agent": "rollguard", connection: "close" } }, (answer) => {
        answer.on("error", () => undefined);
        end({ kind: "answer", value: answer.statusCode ?? 0, milliseconds: Math.round(performance.now() - began) });
      });
    } catch (error) {
      return end(connectionTrouble(error, url.host));
    }
    request.on("socket", (socket) => {
      socket.once("connect", () => {
        connected = true;
      });
    });
    request.on("error", (error) => end(connectionTrouble(error, url.host)));
    request.end();
  });
}
