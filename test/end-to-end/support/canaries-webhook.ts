import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { ClusterClient } from "../../../local/cluster/cluster-client.ts";
import { makeCertificates } from "../../../local/cluster/front/certificates.ts";

const CONFIGURATIONS = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations";

/** What is denied of one app's objects. */
export interface Denied {
  readonly operation: "CREATE" | "UPDATE";
  readonly apiGroup: string;
  readonly resource: string;
}

/** Makes the API server ask before it stores such an object, and be denied it with this message. Resolves with what ends that. */
export async function deny(client: ClusterClient, app: string, { operation, apiGroup, resource }: Denied, message: string) {
  const { caPem, certPem, keyPem } = await makeCertificates();
  const server = createServer({ cert: certPem, key: keyPem }, (incoming, response) => {
    const pieces: Buffer[] = [];
    incoming.on("data", (piece: Buffer) => pieces.push(piece));
    incoming.on("end", () => {
      const review = JSON.parse(Buffer.concat(pieces).toString()) as { apiVersion: string; kind: string; request: { uid: string } };
      const { apiVersion, kind, request } = review;
      const denied = { uid: request.uid, allowed: false, status: { code: 422, reason: "Invalid", message } };
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ apiVersion, kind, response: denied }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const webhook = {
    name: `${app}.policy.test`,
    clientConfig: { url: `https://127.0.0.1:${port}/validate`, caBundle: Buffer.from(caPem).toString("base64") },
    rules: [{ operations: [operation], apiGroups: [apiGroup], apiVersions: ["v1"], resources: [resource] }],
    objectSelector: { matchLabels: { app } },
    sideEffects: "None",
    admissionReviewVersions: ["v1"],
  };
  const name = `${app}-${resource}`;
  await client.post(CONFIGURATIONS, { metadata: { name }, webhooks: [webhook] });
  return async (): Promise<void> => {
    await client.delete(`${CONFIGURATIONS}/${name}`);
    server.close();
    server.closeAllConnections();
  };
}
