import type { ClusterClient } from "../../../local/cluster/cluster-client.ts";
import type { Pod } from "../../../local/cluster/objects.ts";
import { podsPath } from "../../../local/cluster/seed.ts";
import { waitForObject } from "../../../local/cluster/wait-for-object.ts";
import type { DaemonSet, StatefulSet } from "../../../local/cluster/workload-objects.ts";
import { createDaemonSet, createStatefulSet, daemonSetsPath, statefulSetsPath } from "../../../local/cluster/workload-seed.ts";
import { isDaemonSetDone, isStatefulSetDone } from "../../support/cluster/workload-scene.ts";
import { aScene, NAMESPACE } from "../support/scene.ts";
import { once } from "./once.ts";

export const GOOD_DATABASE = "demo/db:v1";
export const BAD_DATABASE = "demo/db:v2-crash";
export const OTHER_DATABASE = "demo/db:v3";
export const GOOD_AGENT = "demo/agent:v1";

const setImage = (client: ClusterClient, path: string, image: string) =>
  client.patch(path, [{ op: "replace", path: "/spec/template/spec/containers/0/image", value: image }], "json");

const untilStatefulSet = (client: ClusterClient, until: (set: StatefulSet) => boolean = isStatefulSetDone) =>
  waitForObject<StatefulSet>(client, statefulSetsPath(NAMESPACE), "db", { until });

async function aDatabase(client: ClusterClient, spec: Readonly<Record<string, unknown>> = {}): Promise<string> {
  await createStatefulSet(client, { namespace: NAMESPACE, name: "db", image: GOOD_DATABASE, replicas: 3, spec });
  await untilStatefulSet(client);
  return `${statefulSetsPath(NAMESPACE)}/db`;
}

/** The last pod crashes with the bad image, and the ordered StatefulSet waits for it. */
export const brokenDatabase = once(() =>
  aScene(async (client, turn) => {
    const path = await aDatabase(client);
    turn();
    await breakLastPod(client, path);
  }),
);

/** The good template is back and observed; the broken pod of the bad one is still waited for. */
export const waitingDatabase = once(() =>
  aScene(async (client, turn) => {
    const path = await aDatabase(client);
    await breakLastPod(client, path);
    turn();
    await setImage(client, path, GOOD_DATABASE);
    await untilStatefulSet(client, ({ metadata, status }) => status.observedGeneration === metadata.generation);
  }),
);

/** Another template is asked for, and nobody replaces the pods by itself. */
export const databaseOnDelete = once(() =>
  aScene(async (client, turn) => {
    const path = await aDatabase(client, { updateStrategy: { type: "OnDelete" } });
    turn();
    await setImage(client, path, OTHER_DATABASE);
    await untilStatefulSet(client, ({ metadata, status }) => status.observedGeneration === metadata.generation);
  }),
);

/** Three replicas have become one. */
export const scaledDatabase = once(() =>
  aScene(async (client, turn) => {
    const path = await aDatabase(client);
    turn();
    await client.patch(path, { spec: { replicas: 1 } });
    await untilStatefulSet(client);
  }),
);

async function breakLastPod(client: ClusterClient, path: string): Promise<void> {
  await setImage(client, path, BAD_DATABASE);
  const until = ({ spec, status }: Pod) =>
    spec.containers[0]?.image === BAD_DATABASE && status.containerStatuses?.[0]?.state.waiting?.reason === "CrashLoopBackOff";
  await waitForObject<Pod>(client, podsPath(NAMESPACE), "db-2", { until });
}

/** The bad image is on some Nodes, where it does not get ready. */
export const brokenAgent = once(() =>
  aScene(async (client, turn) => {
    await createDaemonSet(client, { namespace: NAMESPACE, name: "agent", image: GOOD_AGENT });
    const path = daemonSetsPath(NAMESPACE);
    await waitForObject<DaemonSet>(client, path, "agent", { until: isDaemonSetDone });
    turn();
    await setImage(client, `${path}/agent`, "demo/agent:v2-noready");
    await waitForObject<DaemonSet>(client, path, "agent", {
      until: ({ status }) => status.updatedNumberScheduled === 1 && status.numberUnavailable === 1,
    });
  }),
);
