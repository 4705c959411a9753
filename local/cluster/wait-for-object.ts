import type { ClusterClient } from "./cluster-client.ts";
import { followObjects } from "./follow-objects.ts";
import type { KubernetesObject } from "./objects.ts";

/** Waits, by watching, until the object of this name in a collection is as it should be; fails with its last status when it is not in time. */
export async function waitForObject<T extends KubernetesObject>(
  client: ClusterClient,
  collection: string,
  name: string,
  { until, withinSeconds = 30 }: { until: (object: T) => boolean; withinSeconds?: number },
): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  let last: T | undefined;
  // lists first: a bare watch of a real API server may start with an old state
  const follower = followObjects<T>(
    client,
    `${collection}?fieldSelector=${encodeURIComponent(`metadata.name=${name}`)}`,
    (change, object) => {
      last = change === "DELETED" ? undefined : object;
      if (last && until(last)) resolve(last);
    },
  );
  const timer = setTimeout(() => {
    const state = last ? JSON.stringify(last.status) : "not found";
    reject(new Error(`${collection}/${name} is not as wanted after ${withinSeconds} s: ${state}`));
  }, withinSeconds * 1000);
  return promise.finally(() => {
    clearTimeout(timer);
    follower.stop();
  });
}
