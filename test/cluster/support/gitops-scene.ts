import type { GitopsObject } from "../../../functions/domain/gitops.ts";
import { ownerRules, writeRules } from "../../../functions/domain/rbac-steps.ts";
import type { KubernetesObject } from "../../../local/cluster/objects.ts";
import { customPath, installCrds } from "../../support/cluster/crds/install-crds.ts";
import { grantAccess } from "./grant-access.ts";
import type { ServiceScene } from "./service-scene.ts";

export interface LiveApplication extends KubernetesObject {
  spec: { syncPolicy?: { automated?: Record<string, unknown>; syncOptions?: string[] } };
}

/** The Application of the service, in the service's own namespace, and the mark on the Deployment that names it. */
export async function ownByArgo(service: ServiceScene, automated: object, rights: "all" | "none"): Promise<string> {
  const { client, namespace } = service;
  const object: GitopsObject = { kind: "Application", namespace, name: "checkout" };
  await installCrds(client, ["applications"]);
  const path = customPath("applications", namespace, "checkout");
  await client.post(customPath("applications", namespace), {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Application",
    metadata: { name: "checkout", namespace },
    spec: {
      project: "default",
      destination: { server: "https://kubernetes.default.svc", namespace },
      source: { repoURL: "https://git.example/shop", path: "deploy/checkout", targetRevision: "main" },
      syncPolicy: { automated, syncOptions: ["CreateNamespace=true"] },
    },
  });
  await said(service, "c0ffee2", "Synced");
  const tracking = `${namespace}_checkout:apps/Deployment:${namespace}/checkout`;
  await client.patch(service.path, { metadata: { annotations: { "argocd.argoproj.io/tracking-id": tracking } } });
  if (rights === "all") {
    await grantAccess(client, namespace, "read", ownerRules(object, ["get"]));
    await grantAccess(client, namespace, "write", writeRules(service.blueprint.target, { kind: "hold-gitops", object }));
  }
  return path;
}

/** Argo CD's own word about the service's Deployment; its definition has no status subresource. */
export async function said({ client, namespace }: ServiceScene, revision: string, status: "Synced" | "OutOfSync"): Promise<void> {
  const resources = [{ group: "apps", kind: "Deployment", namespace, name: "checkout", status }];
  await client.patch(customPath("applications", namespace, "checkout"), { status: { sync: { status, revision }, resources } });
}

/** Plays the controller: while automation is on, the Deployment has the image that the source wants. Where it is held, nothing happens. */
export function playArgo(service: ServiceScene, wanted: () => string): { syncs: number; stop(): void } {
  const played = { syncs: 0, stop: () => {} };
  let stopped = false;
  played.stop = () => {
    stopped = true;
  };
  const path = customPath("applications", service.namespace, "checkout");
  void (async () => {
    while (!stopped) {
      const application = await service.client.find<LiveApplication>(path).catch(() => undefined);
      const automated = application?.spec.syncPolicy?.automated;
      if (automated !== undefined && automated.enabled !== false && (await service.image().catch(() => wanted())) !== wanted()) {
        played.syncs += 1;
        await service.deploy(wanted()).catch(() => {});
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  })();
  return played;
}
