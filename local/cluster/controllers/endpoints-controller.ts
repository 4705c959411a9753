import { deleteObject } from "../api/delete-operation.ts";
import type { StoreEvent } from "../api/object-store.ts";
import { RESOURCE_TYPES } from "../api/resource-types.ts";
import { StatusError } from "../api/status-error.ts";
import { createObject, randomSuffix, type WriteContext } from "../api/write-operations.ts";
import type { KubernetesObject, Pod } from "../objects.ts";
import type { Service } from "../workload-objects.ts";
import { CONTROLLER_MANAGER, change, controllerReference, queueKey } from "./cluster-access.ts";
import { endpointsOf, sliceOf, subsetsOf } from "./service-endpoints.ts";
import { WorkQueue } from "./work-queue.ts";

const { services, pods, endpoints, endpointslices } = RESOURCE_TYPES;
/** Changes of many pods are taken together. */
const PAUSE_MILLISECONDS = 20;
const SERVICE_NAME = "kubernetes.io/service-name";

function selects({ spec }: Service, { metadata }: KubernetesObject): boolean {
  const selector = Object.entries(spec.selector ?? {});
  return selector.length > 0 && selector.every(([label, value]) => metadata.labels?.[label] === value);
}

/** Writes which pods are behind each Service that has a selector, into Endpoints and one EndpointSlice. Nothing here routes. */
export function startEndpointsController(context: WriteContext): { stop(): void } {
  const { store } = context;

  function sync(key: string): void {
    const [namespace = "", name = ""] = key.split("/");
    const service = store.find<Service>(services, namespace, name);
    const slice = store.list(endpointslices, namespace).find(({ metadata }) => metadata.labels?.[SERVICE_NAME] === name);
    if (!service) remove(namespace, name, slice);
    if (!service?.spec.selector) return;
    const selected = endpointsOf(store.list<Pod>(pods, namespace).filter((pod) => selects(service, pod)));
    try {
      writeEndpoints(service, subsetsOf(service, selected));
      writeSlice(service, slice, sliceOf(service, selected));
      queue.forget(key);
    } catch (error) {
      // the namespace is going away, or another wrote meanwhile
      if (!(error instanceof StatusError)) throw error;
      if (error.status.code !== 403) queue.retry(key);
    }
  }

  function remove(namespace: string, name: string, slice: KubernetesObject | undefined): void {
    if (store.find(endpoints, namespace, name)) deleteObject(context, endpoints, namespace, name);
    if (slice) deleteObject(context, endpointslices, namespace, slice.metadata.name);
  }

  function writeEndpoints(service: Service, subsets: unknown[]): void {
    const { name, namespace, labels } = service.metadata;
    const found = store.find(endpoints, namespace, name);
    const body = subsets.length > 0 ? { subsets } : {};
    if (!found) {
      const metadata = { name, ...(labels ? { labels } : {}) } as KubernetesObject["metadata"];
      createObject(context, endpoints, namespace, { metadata, ...body }, CONTROLLER_MANAGER);
      return;
    }
    change(context, endpoints, found, (copy) => {
      delete copy.subsets;
      Object.assign(copy, structuredClone(body));
    });
  }

  function writeSlice(service: Service, found: KubernetesObject | undefined, body: Record<string, unknown>): void {
    const { name, namespace } = service.metadata;
    if (found) {
      change(context, endpointslices, found, (copy) => void Object.assign(copy, structuredClone(body)));
      return;
    }
    const metadata = {
      name: `${name}-${randomSuffix()}`,
      labels: { [SERVICE_NAME]: name, "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io" },
      ownerReferences: [controllerReference(services, service)],
    } as unknown as KubernetesObject["metadata"];
    createObject(context, endpointslices, namespace, { metadata, ...body }, CONTROLLER_MANAGER);
  }

  const queue = new WorkQueue(sync);
  const unsubscribe = store.subscribe(({ resource, object, previous }: StoreEvent) => {
    if (resource === services) queue.add(queueKey(object));
    if (resource !== pods) return;
    for (const service of store.list<Service>(services, object.metadata.namespace)) {
      if (selects(service, object) || (previous && selects(service, previous))) queue.addAfter(queueKey(service), PAUSE_MILLISECONDS);
    }
  });
  return {
    stop() {
      unsubscribe();
      queue.stop();
    },
  };
}
