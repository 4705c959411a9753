import { Agent as AgentInClear } from "node:http";
import { Agent } from "node:https";
import { TransientUpstreamError } from "../../domain/errors.ts";
import type { StackReply } from "../../ports/stack-reply.ts";
import { type HttpRequest, httpExchange } from "./http-exchange.ts";

const TRIES = 3;
const TIMEOUT_MILLISECONDS = 5_000;
const MOST_BYTES = 1_000;

/**
 * PUTs the answer to the presigned URL that came with the request, with an empty content type, as it was signed (AWS CloudFormation User Guide). A second
 * PUT of the same answer does no harm.
 */
export function stackReply(): StackReply {
  return {
    async send(responseUrl, body) {
      const url = new URL(responseUrl);
      const request: HttpRequest = {
        agent: url.protocol === "https:" ? new Agent() : new AgentInClear(),
        method: "PUT",
        url,
        headers: { "content-type": "" },
        body: JSON.stringify(body),
        timeoutMilliseconds: TIMEOUT_MILLISECONDS,
      };
      let trouble: unknown = null;
      for (let attempt = 0; attempt < TRIES; attempt++) {
        try {
          const { status } = await httpExchange(request, MOST_BYTES);
          if (status < 300) return;
          trouble = new Error(`HTTP ${status}`);
        } catch (error) {
          trouble = error;
        }
      }
      // Without the URL: whoever has it could answer for us.
      throw new TransientUpstreamError("CloudFormation could not be told how the resource went", { host: url.host }, { cause: trouble });
    },
  };
}
