import { Application } from "@kubernetes-models/argo-cd/argoproj.io/v1alpha1/Application";
import { Rollout } from "@kubernetes-models/argo-rollouts/argoproj.io/v1alpha1/Rollout";
import { HelmRelease } from "@kubernetes-models/flux-cd/helm.toolkit.fluxcd.io/v2/HelmRelease";
import { Kustomization } from "@kubernetes-models/flux-cd/kustomize.toolkit.fluxcd.io/v1/Kustomization";
import { HTTPRoute } from "@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/HTTPRoute";
import { VirtualService } from "@kubernetes-models/istio/networking.istio.io/v1/VirtualService";
import { VirtualService as VirtualServiceBeta } from "@kubernetes-models/istio/networking.istio.io/v1beta1/VirtualService";
import { Deployment } from "kubernetes-models/apps/v1/Deployment";
import { HorizontalPodAutoscaler } from "kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler";
import { Ingress } from "kubernetes-models/networking.k8s.io/v1/Ingress";
import { Pod } from "kubernetes-models/v1/Pod";
import { Service } from "kubernetes-models/v1/Service";

type Constructor = new (data: never) => { validate(): void };

/** By apiVersion and kind: the schemas that the projects themselves publish. Types and bounds are checked; fields that they do not know pass. */
const MODELS: Readonly<Record<string, Constructor>> = {
  "argoproj.io/v1alpha1 Application": Application,
  "argoproj.io/v1alpha1 Rollout": Rollout,
  "helm.toolkit.fluxcd.io/v2 HelmRelease": HelmRelease,
  "kustomize.toolkit.fluxcd.io/v1 Kustomization": Kustomization,
  "gateway.networking.k8s.io/v1 HTTPRoute": HTTPRoute,
  "networking.istio.io/v1 VirtualService": VirtualService,
  "networking.istio.io/v1beta1 VirtualService": VirtualServiceBeta,
  "networking.k8s.io/v1 Ingress": Ingress,
  "autoscaling/v2 HorizontalPodAutoscaler": HorizontalPodAutoscaler,
  "apps/v1 Deployment": Deployment,
  "v1 Service": Service,
  "v1 Pod": Pod,
};

/** What upstream's schema says against an object; null when nothing. Throws for a kind without a schema here: nothing passes unseen. */
export function upstreamProblem(object: unknown): string | null {
  const { apiVersion = "", kind = "" } = object as { apiVersion?: string; kind?: string };
  const Model = MODELS[`${apiVersion} ${kind}`];
  if (Model === undefined) throw new Error(`no upstream schema is known for ${apiVersion} ${kind}`);
  try {
    new Model(structuredClone(object) as never).validate();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
