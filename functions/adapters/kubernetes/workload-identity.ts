import type { PodTemplateSpec } from "kubernetes-types/core/v1.d.ts";
import type { ObjectMeta } from "kubernetes-types/meta/v1.d.ts";
import { ANNOTATIONS, type WorkloadState } from "../../domain/workload.ts";
import { gitopsOwner } from "./gitops-owner.ts";

/** What a GET of a workload of any kind tells. An absent replica count is 1. */
export function workloadIdentity({
  metadata = {},
  spec,
}: {
  readonly metadata?: ObjectMeta;
  readonly spec?: { readonly replicas?: number; readonly template?: PodTemplateSpec };
}): Pick<WorkloadState, "uid" | "generation" | "image" | "replicas" | "stamps" | "owner"> {
  const annotations = metadata.annotations ?? {};
  const fence = annotations[ANNOTATIONS.fence] ?? "";
  return {
    uid: metadata.uid ?? "",
    generation: metadata.generation ?? 0,
    image: spec?.template?.spec?.containers[0]?.image ?? "",
    replicas: spec?.replicas ?? 1,
    stamps: {
      execution: annotations[ANNOTATIONS.execution] ?? null,
      fence: /^\d+$/.test(fence) ? Number(fence) : null,
      savedStrategy: annotations[ANNOTATIONS.savedStrategy] ?? null,
      ...(annotations[ANNOTATIONS.paused] === undefined ? {} : { paused: true as const }),
    },
    owner: gitopsOwner(metadata),
  };
}

/** Flagger's part in a Deployment: its own copy has the Canary as owner; the target that it scales shows its name among the field managers. */
export function flaggerRole({ ownerReferences = [], managedFields = [] }: ObjectMeta): WorkloadState["flagger"] {
  if (ownerReferences.some(({ kind, apiVersion }) => kind === "Canary" && apiVersion.startsWith("flagger.app/"))) return "primary";
  return managedFields.some(({ manager }) => manager === "flagger") ? "target" : undefined;
}
