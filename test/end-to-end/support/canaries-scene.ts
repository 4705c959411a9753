import type { Incident } from "../../../functions/domain/incident.ts";
import { rolesOf } from "../../../functions/domain/rbac.ts";
import type { ClusterClient } from "../../../local/cluster/cluster-client.ts";
import type { KubernetesObject } from "../../../local/cluster/objects.ts";
import {
  deploymentPath,
  podsOfDeployment,
  podsPath,
  replicaSetsOfDeployment,
  replicaSetsPath,
  waitForDeployment,
} from "../../../local/cluster/seed.ts";
import { DEMO_NAMESPACE } from "../../../local/scenarios/demo-cluster.ts";
import {
  type Canaries,
  type CanaryRelease,
  CONFIG_MAP_NAME,
  canaryConfig,
  canaryRelease,
  SECRET_NAME,
  tellingDenials,
} from "./canaries.ts";
import { deny } from "./canaries-webhook.ts";
import { rollguard } from "./command.ts";
import type { Stage } from "./stage.ts";
import { waitUntil } from "./wait-until.ts";

const core = (plural: string, name = "") => `/api/v1/namespaces/${DEMO_NAMESPACE}/${plural}${name && `/${name}`}`;
const deployment = (service: string) => deploymentPath(DEMO_NAMESPACE, service);

/** What came of it. */
export interface CanaryRun {
  readonly incident: Incident;
  /** What the API server says to whoever may see everything: the same evidence, with nothing taken out. */
  readonly raw: readonly string[];
}

export interface WalletRun extends CanaryRun {
  /** Of the release that comes back. */
  readonly hash: string;
  /** Deployment, Secret and ConfigMap after the rollback. */
  readonly restored: readonly string[];
}

/** A release with values everywhere crashes and tells them in its log; it is rolled back to one that only the ledger has the template of. */
export async function playWallet({ target, hands }: Stage, canaries: Canaries): Promise<WalletRun> {
  const { client } = target.cluster;
  const wallet = hands("wallet");
  await permitSecrets(target, client);
  await configure(client, canaries, "good");
  await client.patch(deployment("wallet"), canaryRelease(canaries, "good"), "strategic");
  await waitForDeployment(client, DEMO_NAMESPACE, "wallet");
  const good = await wallet.facts();
  const hash = await waitUntil("the release with the Secret is kept", async () => {
    const taken = await snapshotOf("wallet");
    const copies = await client.list(`${core("secrets")}?labelSelector=${encodeURIComponent("rollguard.dev/service=wallet")}`);
    return copies.length > 0 && taken;
  });
  await succeed("mark", "wallet", hash, "good", "--reason", "a test");

  const before = await rawObjects(client);
  await configure(client, canaries, "bad");
  await client.patch(deployment("wallet"), canaryRelease(canaries, "bad"), "strategic");
  const log = await waitUntil("the bad release has written its log", () => podLog(client, canaries));
  await waitUntil("the bad release is kept too", async () => (await snapshotOf("wallet")) !== hash);
  const raw = [...before, ...(await rawObjects(client)), log];
  await forgetReplicaSet(client, good.replicaSet.name);
  await wallet.raiseAlarm();
  await wallet.restored(good.image);
  await wallet.setAlarm("OK");
  const incident = await wallet.closedIncident();
  return { incident, raw, hash, restored: await rawObjects(client) };
}

/** A release whose pods a policy denies, and a rollback that it denies too, with words that hold values. */
export async function playParcels({ target, hands }: Stage, canaries: Canaries): Promise<CanaryRun> {
  const { client } = target.cluster;
  const parcels = hands("parcels");
  const [deniedPod, deniedChange] = tellingDenials(canaries);
  const allows = [await deny(client, "parcels", { operation: "CREATE", apiGroup: "", resource: "pods" }, deniedPod)];
  try {
    await target.demo.deploy("parcels", "demo/parcels:v2");
    const refused = await waitForDeployment(client, DEMO_NAMESPACE, "parcels", {
      until: ({ status }) => status.conditions?.some(({ type }) => type === "ReplicaFailure") ?? false,
    });
    allows.push(await deny(client, "parcels", { operation: "UPDATE", apiGroup: "apps", resource: "deployments" }, deniedChange));
    const denial = await client.patch(deployment("parcels"), { spec: { minReadySeconds: 1 } }).then(
      () => "nobody denied it",
      (error: Error) => error.message,
    );
    await parcels.raiseAlarm();
    const incident = await parcels.closedIncident();
    await parcels.setAlarm("OK");
    return { incident, raw: [JSON.stringify(refused.status), denial] };
  } finally {
    for (const allow of allows) await allow();
  }
}

/** The Roles that `rollguard rbac` prints for the service: its Secrets may be copied. */
async function permitSecrets({ blueprints }: Stage["target"], client: ClusterClient): Promise<void> {
  const blueprint = blueprints.find(({ service }) => service === "wallet");
  if (blueprint === undefined) throw new Error("no blueprint is deployed for wallet");
  for (const object of rolesOf(blueprint)) {
    await client.post(`/apis/rbac.authorization.k8s.io/v1/namespaces/${DEMO_NAMESPACE}/${object.kind.toLowerCase()}s`, object);
  }
}

async function configure(client: ClusterClient, canaries: Canaries, release: CanaryRelease): Promise<void> {
  const { secret, configMap } = canaryConfig(canaries, release);
  for (const [plural, name, content] of [
    ["secrets", SECRET_NAME, secret],
    ["configmaps", CONFIG_MAP_NAME, configMap],
  ] as const) {
    const found = await client.find(core(plural, name));
    if (found === undefined) await client.post(core(plural), { metadata: { name }, ...content });
    else await client.patch(core(plural, name), content);
  }
}

/** The hash of what is live; null while it has no name. */
async function snapshotOf(service: string): Promise<string | null> {
  return (JSON.parse(await succeed("snapshot", service, "--json")) as { readonly hash: string | null }).hash;
}

async function succeed(...argv: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await rollguard(...argv);
  if (exitCode !== 0) throw new Error(`rollguard ${argv.join(" ")} ended with ${exitCode}: ${stderr}`);
  return stdout;
}

function rawObjects(client: ClusterClient): Promise<readonly string[]> {
  const paths = [deployment("wallet"), core("secrets", SECRET_NAME), core("configmaps", CONFIG_MAP_NAME)];
  return Promise.all(paths.map(async (path) => JSON.stringify(await client.get<KubernetesObject>(path))));
}

/** What one of the pods wrote before it crashed. */
async function podLog(client: ClusterClient, { password }: Canaries): Promise<string | null> {
  for (const { metadata } of await podsOfDeployment(client, DEMO_NAMESPACE, "wallet")) {
    const { code, body } = await client.transport.send({
      method: "GET",
      path: `${podsPath(DEMO_NAMESPACE)}/${metadata.name}/log?previous=true`,
    });
    if (code === 200 && String(body).includes(password)) return String(body);
  }
  return null;
}

/** As a short revision history does once the next release is complete. */
async function forgetReplicaSet(client: ClusterClient, name: string): Promise<void> {
  await waitUntil(`${name} runs nothing`, async () => {
    const found = (await replicaSetsOfDeployment(client, DEMO_NAMESPACE, "wallet")).find(({ metadata }) => metadata.name === name);
    return found?.spec.replicas === 0 && (found.status.replicas ?? 0) === 0;
  });
  await client.delete(`${replicaSetsPath(DEMO_NAMESPACE)}/${name}`, { propagationPolicy: "Background" });
}
