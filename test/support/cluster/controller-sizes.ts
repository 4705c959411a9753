import type { DeploymentScene } from "./deployment-scene.ts";
import { eitherCluster } from "./either-cluster.ts";

/** The cluster of the controller suites; its hooks belong to the file that imports this. */
export const cluster = eitherCluster("controllers");

/** Replicas by image. */
export const sizes = async (scene: DeploymentScene): Promise<Record<string, number>> =>
  Object.fromEntries((await scene.replicaSets()).map(({ spec }) => [spec.template.spec.containers[0]?.image ?? "", spec.replicas]));
