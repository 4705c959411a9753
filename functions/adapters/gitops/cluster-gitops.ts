import { PermissionError } from "../../domain/errors.ts";
import { describeObject, objectOfOwner } from "../../domain/gitops.ts";
import type { Gitops } from "../../ports/gitops.ts";
import type { ConnectToCluster } from "../kubernetes/eks-connections.ts";
import { type OwningObject, pathOfObject, stateOfObject, unserved } from "./gitops-object.ts";

/** Reads Applications of Argo CD and Kustomizations and HelmReleases of Flux in the target's cluster. */
export function clusterGitops(connect: ConnectToCluster): Gitops {
  return {
    async state({ target, gitops }, owner) {
      const object = objectOfOwner(owner, gitops.argoNamespace);
      if (object === null) return { problem: `${owner.kind} (${owner.ref}): nothing names the object that applies the manifests` };
      const kubernetes = connect(target);
      try {
        const path = await pathOfObject(kubernetes, object);
        if (path === null) return { problem: unserved(object) };
        const live = await kubernetes.get<OwningObject>(path);
        if (live === null) return { problem: `${describeObject(object)} does not exist` };
        return await stateOfObject(kubernetes, target, owner, object, live);
      } catch (error) {
        // Without a hold the rollback is made all the same, and watched.
        if (error instanceof PermissionError) return { problem: error.message };
        throw error;
      }
    },
  };
}
