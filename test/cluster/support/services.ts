import { afterEach } from "vitest";
import { type ServiceOptions, ServiceScene } from "./service-scene.ts";
import { theCluster } from "./the-cluster.ts";

/** The cluster of the rollback suites; its hooks belong to the file that imports this. */
export const cluster = theCluster();
/** Services of the running test; stopped after it. */
export const scenes: ServiceScene[] = [];

afterEach(() => {
  for (const scene of scenes.splice(0)) scene.stop();
});

/** A service in a namespace of its own, rolled out. */
export async function aService(options: ServiceOptions = {}): Promise<ServiceScene> {
  const scene = await ServiceScene.start(cluster, options);
  scenes.push(scene);
  return scene;
}

/** Whether the image is live on every replica. */
export const isImage =
  (image: string) =>
  (live: {
    spec: { template: { spec: { containers: readonly { image?: string }[] } } };
    status?: { updatedReplicas?: number; replicas?: number };
  }) =>
    live.spec.template.spec.containers[0]?.image === image && live.status?.updatedReplicas === live.status?.replicas;
