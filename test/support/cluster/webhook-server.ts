import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { makeCertificates } from "../../../local/cluster/front/certificates.ts";

/** What an API server asks of a webhook, as far as tests look at it. */
export interface AdmissionRequest {
  readonly uid: string;
  readonly operation: string;
  readonly name: string;
  readonly namespace: string;
  readonly dryRun: boolean;
  readonly subResource?: string;
  readonly userInfo: { readonly username: string };
  readonly object: { readonly kind: string; readonly metadata: { readonly name: string } } | null;
  readonly oldObject: { readonly kind: string } | null;
}

export interface WebhookServer {
  /** For `webhooks[].clientConfig`. */
  readonly clientConfig: { readonly url: string; readonly caBundle: string };
  readonly requests: AdmissionRequest[];
}

/** Starts an admission webhook on loopback that answers by `decide`; a string denies with that message. It ends with the test. */
export async function aWebhookServer(
  decide: (request: AdmissionRequest) => true | string | { message: string; code: number; reason: string },
): Promise<WebhookServer> {
  const { caPem, certPem, keyPem } = await makeCertificates();
  const requests: AdmissionRequest[] = [];
  const server = createServer({ cert: certPem, key: keyPem }, (incoming, response) => {
    let text = "";
    incoming.setEncoding("utf8");
    incoming.on("data", (chunk: string) => {
      text += chunk;
    });
    incoming.on("end", () => {
      const review = JSON.parse(text) as { apiVersion: string; kind: string; request: AdmissionRequest };
      requests.push(review.request);
      const verdict = decide(review.request);
      const status = verdict === true ? {} : { status: typeof verdict === "string" ? { message: verdict } : verdict };
      const answer = { ...review, request: undefined, response: { uid: review.request.uid, allowed: verdict === true, ...status } };
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return { clientConfig: { url: `https://127.0.0.1:${port}/validate`, caBundle: Buffer.from(caPem).toString("base64") }, requests };
}
