import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { stackReply } from "../../functions/adapters/http/stack-reply.ts";
import { TransientUpstreamError } from "../../functions/domain/errors.ts";
import type { StackReplyBody } from "../../functions/ports/stack-reply.ts";

const BODY: StackReplyBody = {
  Status: "SUCCESS",
  Reason: "done",
  PhysicalResourceId: "rollguard-tuned-alarms",
  StackId: "s",
  RequestId: "r",
  LogicalResourceId: "l",
};

/** A server that answers with these statuses, one after the other, then with the last. */
async function listening(statuses: readonly number[]) {
  const heard: { readonly method: string; readonly path: string; readonly type: string | undefined; readonly body: unknown }[] = [];
  const server = createServer(async (request, response) => {
    const chunks = await request.toArray();
    const status = statuses[Math.min(heard.length, statuses.length - 1)] ?? 500;
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString("utf8"));
    heard.push({ method: request.method ?? "", path: request.url ?? "", type: request.headers["content-type"], body });
    response.writeHead(status).end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const stop = () => new Promise((resolve) => server.close(resolve));
  return { url: `http://127.0.0.1:${port}/answer?Signature=secret`, heard, stop };
}

describe("the answer to a stack", () => {
  it("is PUT to the URL as it came, signed query and all, without a content type", async () => {
    const { url, heard, stop } = await listening([200]);

    await stackReply().send(url, BODY);
    await stop();

    expect(heard).toEqual([{ method: "PUT", path: "/answer?Signature=secret", type: "", body: BODY }]);
  });

  it("is tried again when it does not arrive", async () => {
    const { url, heard, stop } = await listening([503, 200]);

    await stackReply().send(url, BODY);
    await stop();

    expect(heard).toHaveLength(2);
  });

  it("that never arrives is an error, which does not repeat the signed URL", async () => {
    const { url, heard, stop } = await listening([403]);

    const failure = await stackReply()
      .send(url, BODY)
      .catch((error: unknown) => error);
    await stop();

    expect(failure).toBeInstanceOf(TransientUpstreamError);
    expect(JSON.stringify(failure)).not.toContain("secret");
    expect(heard).toHaveLength(3);
  });
});
