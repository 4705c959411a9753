import type { ClusterClient } from "../../../local/cluster/cluster-client.ts";
import type { Deployment } from "../../../local/cluster/objects.ts";
import { deploymentsPath } from "../../../local/cluster/seed.ts";
import { DEMO_NAMESPACE } from "../../../local/scenarios/demo-cluster.ts";

/** Everything that a watcher of one Deployment has seen of it. */
export interface DeploymentWatch {
  /** Images in the order in which they were asked for: one entry per change of the template. */
  images(): readonly string[];
  stop(): void;
}

export function watchDeployment(client: ClusterClient, name: string): DeploymentWatch {
  const images: string[] = [];
  const path = `${deploymentsPath(DEMO_NAMESPACE)}?fieldSelector=${encodeURIComponent(`metadata.name=${name}`)}`;
  const watch = client.watch(path, ({ type, object }) => {
    if (type === "ERROR" || type === "BOOKMARK") return;
    const image = (object as unknown as Deployment).spec.template.spec.containers[0]?.image ?? "";
    if (images.at(-1) !== image) images.push(image);
  });
  return { images: () => images, stop: () => watch.stop() };
}
