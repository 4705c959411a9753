import type { Blueprint } from "../../functions/domain/blueprint.ts";
import type { ClusterClient } from "../cluster/cluster-client.ts";
import { enrolService } from "../cluster/enrol.ts";
import type { DemoCluster } from "./demo-cluster.ts";
import { DEMO_ROUTES } from "./demo-routes.ts";

/** Routes, what stands beside the services, and the rights that a router needs, for those of the services that have a route. */
export async function seedRoutes(
  demo: DemoCluster,
  client: ClusterClient,
  blueprints: readonly Blueprint[],
  services: readonly string[],
  since: Date,
): Promise<void> {
  for (const service of services) {
    const route = DEMO_ROUTES[service];
    const blueprint = blueprints.find((one) => one.service === service && one.traffic !== null);
    if (route === undefined || blueprint === undefined) continue;
    for (const [name, replicas] of Object.entries(route.beside)) {
      await demo.seedDeployment(name, `demo/${name}:v1`, replicas, since);
    }
    await demo.seedRoute(service, route.shares);
    await enrolService(client, blueprint);
  }
}

/** Takes away what `seedRoutes` made, except the rights. */
export async function removeRoutes(demo: DemoCluster, services: readonly string[]): Promise<void> {
  for (const service of services) {
    const route = DEMO_ROUTES[service];
    if (route === undefined) continue;
    await demo.removeRoute(service, route.shares);
    for (const name of Object.keys(route.beside)) await demo.removeDeployment(name);
  }
}
