import { describe, expect, it, onTestFinished } from "vitest";
import type { ClusterRequestError } from "../../local/cluster/cluster-client.ts";
import type { KubernetesObject } from "../../local/cluster/objects.ts";
import { eitherCluster } from "../support/cluster/either-cluster.ts";
import { type AdmissionRequest, aWebhookServer } from "../support/cluster/webhook-server.ts";
import { eventually } from "./support/eventually.ts";

const cluster = eitherCluster("webhooks");
const CONFIGURATIONS = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations";
const NAME = "guard.rollguard.test";
let serial = 0;

const configMaps = (name = ""): string => `/api/v1/namespaces/${cluster.namespace}/configmaps${name && `/${name}`}`;
const settings = (name: string, a = "1"): unknown => ({ metadata: { name, labels: { app: name } }, data: { a } });

/** Registers a webhook for ConfigMaps labelled `app: <name>` of this suite's namespace; hands back a name of their own. */
async function register(clientConfig: { url: string; caBundle?: string }, more: Record<string, unknown> = {}): Promise<string> {
  serial += 1;
  const app = `settings-${serial}`;
  await cluster.client.patch(`/api/v1/namespaces/${cluster.namespace}`, { metadata: { labels: { suite: cluster.namespace } } });
  const webhook = {
    name: NAME,
    clientConfig,
    rules: [{ operations: ["*"], apiGroups: [""], apiVersions: ["v1"], resources: ["configmaps"] }],
    namespaceSelector: { matchLabels: { suite: cluster.namespace } },
    objectSelector: { matchLabels: { app } },
    sideEffects: "None",
    admissionReviewVersions: ["v1"],
    ...more,
  };
  const name = `${cluster.namespace}-${serial}`;
  await cluster.client.post(CONFIGURATIONS, { metadata: { name }, webhooks: [webhook] });
  onTestFinished(async () => void (await cluster.client.delete(`${CONFIGURATIONS}/${name}`)));
  return app;
}

/** A real server notices a new webhook after a moment. */
function refusal(act: () => Promise<unknown>): Promise<ClusterRequestError> {
  return eventually("a webhook refuses", () =>
    act().then(
      () => undefined,
      (error: ClusterRequestError) => error,
    ),
  );
}

const isUpdate = ({ operation }: AdmissionRequest): boolean => operation === "UPDATE";

describe("an admission webhook that denies", () => {
  it("K8S-29 refuses a change with its own words, on dry run too, and nothing is stored", async () => {
    const { clientConfig } = await aWebhookServer((request) => (isUpdate(request) ? "not on Fridays" : true));
    const app = await register(clientConfig);
    await cluster.client.post(configMaps(), settings(app));

    const denied = await refusal(() => cluster.client.patch(configMaps(app), { data: { a: "2" } }));
    const tried = await refusal(() => cluster.client.patch(`${configMaps(app)}?dryRun=All`, { data: { a: "3" } }));

    const message = `admission webhook "${NAME}" denied the request: not on Fridays`;
    expect(denied).toMatchObject({ code: 400, status: { message } });
    expect(tried).toMatchObject({ code: 400, status: { message } });
    expect((await cluster.client.get(configMaps(app))).data).not.toEqual({ a: "3" });
  });

  it("may choose code and reason", async () => {
    const { clientConfig } = await aWebhookServer(() => ({ message: "no", code: 403, reason: "Forbidden" }));
    const app = await register(clientConfig);

    const denied = await refusal(() => cluster.client.post(`${configMaps()}?dryRun=All`, settings(app)));

    expect(denied).toMatchObject({ code: 403, status: { reason: "Forbidden" } });
  });

  it("may say nothing at all", async () => {
    const { clientConfig } = await aWebhookServer(() => "");
    const app = await register(clientConfig);

    const denied = await refusal(() => cluster.client.post(`${configMaps()}?dryRun=All`, settings(app)));

    expect(denied.status?.message).toBe(`admission webhook "${NAME}" denied the request without explanation`);
  });

  it("keeps an object from being deleted", async () => {
    const { clientConfig } = await aWebhookServer(({ operation }) => (operation === "DELETE" ? "keep it" : true));
    const app = await register(clientConfig);
    await cluster.client.post(configMaps(), settings(app));

    const denied = await refusal(() => cluster.client.delete(configMaps(app), { dryRun: ["All"] }));

    expect(denied).toMatchObject({ code: 400, status: { message: `admission webhook "${NAME}" denied the request: keep it` } });
  });
});

describe("an admission webhook that is asked", () => {
  it("sees what is and what would be, who asks and how", async () => {
    const { clientConfig, requests } = await aWebhookServer(() => true);
    const app = await register(clientConfig);
    await cluster.client.post(configMaps(), settings(app));
    await eventually("the webhook hears of an update", async () => {
      await cluster.client.patch(`${configMaps(app)}?dryRun=All`, { data: { a: "2" } });
      return requests.find(isUpdate);
    });

    expect(requests.find(isUpdate)).toMatchObject({
      name: app,
      namespace: cluster.namespace,
      dryRun: true,
      object: { kind: "ConfigMap", metadata: { name: app }, data: { a: "2" } },
      oldObject: { kind: "ConfigMap", data: { a: "1" } },
    });
  });

  it("does not hear of objects that it did not select", async () => {
    const { clientConfig, requests } = await aWebhookServer(() => "no");
    const app = await register(clientConfig);
    await refusal(() => cluster.client.post(`${configMaps()}?dryRun=All`, settings(app)));

    await cluster.client.post<KubernetesObject>(configMaps(), settings(`other-${serial}`));

    expect(requests.every((request) => request.name !== `other-${serial}`)).toBe(true);
  });
});

describe("an admission webhook that cannot be reached", () => {
  const nobody = { url: "https://127.0.0.1:1/validate" };

  it("refuses with 500 when its policy is Fail", async () => {
    const app = await register(nobody);

    const failed = await refusal(() => cluster.client.post(`${configMaps()}?dryRun=All`, settings(app)));

    expect(failed).toMatchObject({ code: 500, status: { reason: "InternalError" } });
    expect(failed.status?.message).toContain(`failed calling webhook "${NAME}": `);
  });

  it("stands in nobody's way when its policy is Ignore", async () => {
    const failing = await register(nobody);
    const app = await register(nobody, { failurePolicy: "Ignore" });
    await refusal(() => cluster.client.post(`${configMaps()}?dryRun=All`, settings(failing)));

    await expect(cluster.client.post(configMaps(), settings(app))).resolves.toMatchObject({ metadata: { name: app } });
  });
});
