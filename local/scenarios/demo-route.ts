import type { ClusterClient } from "../cluster/cluster-client.ts";
import type { KubernetesObject } from "../cluster/objects.ts";
import type { ServicePods } from "../traffic/service-traffic.ts";

/** An Ingress of the AWS Load Balancer Controller whose one action splits the traffic between Services of the namespace. */
const ACTION = "alb.ingress.kubernetes.io/actions.split";
/** The end of the name of what shows a notice: whoever gets it is served nothing of the service. */
const NOTICE = "-notice";
const ingressesPath = (namespace: string): string => `/apis/networking.k8s.io/v1/namespaces/${namespace}/ingresses`;
const servicesPath = (namespace: string): string => `/api/v1/namespaces/${namespace}/services`;

interface Ingress extends KubernetesObject {
  readonly metadata: KubernetesObject["metadata"];
}
interface TargetGroup {
  readonly serviceName: string;
  readonly servicePort: number;
  readonly weight: number;
}

/** Shares by Service (and so by Deployment, which has its name), in percent. */
export type RouteShares = Readonly<Record<string, number>>;

/** Makes the Services and the Ingress of the same name, or puts the shares of an earlier run back. */
export async function seedRoute(
  client: ClusterClient,
  namespace: string,
  name: string,
  shares: RouteShares,
  labels: Record<string, string>,
): Promise<void> {
  for (const service of Object.keys(shares)) {
    const path = servicesPath(namespace);
    if (await client.find(`${path}/${service}`)) continue;
    const spec = { selector: { app: service }, ports: [{ name: "http", port: 80, targetPort: 8080 }] };
    await client.post(path, { apiVersion: "v1", kind: "Service", metadata: { name: service, namespace, labels }, spec });
  }
  const path = ingressesPath(namespace);
  if (await client.find(`${path}/${name}`)) return setShares(client, namespace, name, shares);
  const backend = { service: { name: "split", port: { name: "use-annotation" } } };
  await client.post(path, {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { name, namespace, labels, annotations: { [ACTION]: actionOf(shares) } },
    spec: { rules: [{ http: { paths: [{ path: "/", pathType: "Prefix", backend }] } }] },
  });
}

/** Somebody moves the traffic, as a pipeline would. */
export async function setShares(client: ClusterClient, namespace: string, name: string, shares: RouteShares): Promise<void> {
  await client.patch(`${ingressesPath(namespace)}/${name}`, { metadata: { annotations: { [ACTION]: actionOf(shares) } } });
}

/** Takes away what `seedRoute` made. */
export async function removeRoute(client: ClusterClient, namespace: string, name: string, shares: RouteShares): Promise<void> {
  const paths = [`${ingressesPath(namespace)}/${name}`, ...Object.keys(shares).map((service) => `${servicesPath(namespace)}/${service}`)];
  for (const path of paths) if (await client.find(path)) await client.delete(path);
}

/** The shares of every route with this label, by the route's name. */
export async function readShares(client: ClusterClient, namespace: string, label: string): Promise<ReadonlyMap<string, RouteShares>> {
  const ingresses = await client.list<Ingress>(`${ingressesPath(namespace)}?labelSelector=${encodeURIComponent(label)}`);
  return new Map(
    ingresses.flatMap(({ metadata }) => {
      const action = metadata.annotations?.[ACTION];
      return action === undefined ? [] : [[metadata.name, sharesOf(action)] as const];
    }),
  );
}

/** One service out of the Deployments behind its route: each ready pod has its part of its arm's share; what goes to an arm without a Deployment is served by nobody of ours. */
export function throughRoute(shares: RouteShares, deployments: ReadonlyMap<string, ServicePods>): ServicePods {
  const total = Object.values(shares).reduce((sum, share) => sum + share, 0);
  const arms = Object.entries(shares).flatMap(([name, share]) => {
    const arm = name.endsWith(NOTICE) ? undefined : deployments.get(name);
    return arm === undefined ? [] : [{ share, arm }];
  });
  const desiredReplicas = arms.reduce((sum, { arm }) => sum + arm.desiredReplicas, 0);
  const pods = arms.flatMap(({ share, arm }) => {
    const ready = arm.pods.filter(({ readySince }) => readySince !== null).length;
    return arm.pods.map((pod) => ({ ...pod, weight: ready === 0 ? 0 : share / ready }));
  });
  const served = arms.reduce((sum, { share }) => sum + share, 0);
  return { desiredReplicas, pods, servedShare: total === 0 ? 1 : served / total };
}

function actionOf(shares: RouteShares): string {
  const targetGroups = Object.entries(shares).map(([serviceName, weight]): TargetGroup => ({ serviceName, servicePort: 80, weight }));
  return JSON.stringify({ type: "forward", forwardConfig: { targetGroups } });
}

function sharesOf(action: string): RouteShares {
  const { forwardConfig } = JSON.parse(action) as { readonly forwardConfig: { readonly targetGroups: readonly TargetGroup[] } };
  return Object.fromEntries(forwardConfig.targetGroups.map(({ serviceName, weight }) => [serviceName, Number(weight)]));
}
