import { autoscalerPrior } from "../../../functions/adapters/kubernetes/autoscaler-actions.ts";
import { copyName } from "../../../functions/adapters/kubernetes/config-copy.ts";
import { dataHashOf } from "../../../functions/adapters/kubernetes/snapshot-lists.ts";
import type { ClusterAction, Route } from "../../../functions/domain/cluster-action.ts";
import { type GitopsOwner, type GitopsState, GitopsStateSchema } from "../../../functions/domain/gitops.ts";
import type { KubernetesObject } from "../../../local/cluster/objects.ts";
import { aBlueprint } from "../../support/builders/index.ts";
import { BAD_CONFIG, GOOD_CONFIG, GOOD_SECRET, released } from "../scenes/released.ts";
import { MAC_KEY, type Product } from "../support/product.ts";
import type { View } from "../support/scene.ts";
import type { UseCase } from "../support/use-case.ts";
import { actionSteps, readStep, STAMP, TARGET } from "./common.ts";

export const BLUEPRINT = aBlueprint({ target: TARGET });
export const OWNERS = {
  "Argo CD": { kind: "argo-cd", ref: "checkout:apps/Deployment:shop/checkout" },
  "Flux (Kustomization)": { kind: "flux", ref: "kustomize/flux-system/shop" },
  "Flux (HelmRelease)": { kind: "flux", ref: "helm/shop/checkout" },
} as const satisfies Record<string, GitopsOwner>;

const OTHER_RUN = { ...STAMP, fence: STAMP.fence + 1 };

async function stateOf({ gitops }: Product, owner: GitopsOwner): Promise<GitopsState> {
  const state = await gitops.state(BLUEPRINT, owner);
  if ("problem" in state) throw new Error(state.problem);
  return state;
}

const gitops = Object.entries(OWNERS).flatMap(([name, owner]): UseCase[] => [
  {
    name: `hold-gitops of ${name}`,
    scene: released,
    given: (product) => stateOf(product, owner),
    steps: (_view, given) => actionSteps({ kind: "hold-gitops", gitops: GitopsStateSchema.parse(given) }),
  },
  {
    name: `resume-gitops of ${name}`,
    scene: released,
    given: async (product) => {
      const state = await stateOf(product, owner);
      await product.actions.apply(TARGET, { kind: "hold-gitops", gitops: state }, STAMP);
      return stateOf(product, owner);
    },
    steps: (_view, given) => actionSteps({ kind: "resume-gitops", gitops: GitopsStateSchema.parse(given) }),
  },
]);

const watchDrift: UseCase = {
  name: "watch-drift of a hold",
  scene: released,
  given: async (product) => {
    const state = await stateOf(product, OWNERS["Argo CD"]);
    await product.actions.apply(TARGET, { kind: "hold-gitops", gitops: state }, STAMP);
    return stateOf(product, OWNERS["Argo CD"]);
  },
  steps: (_view, given) =>
    actionSteps({
      kind: "watch-drift",
      gitops: GitopsStateSchema.parse(given),
      suspect: { templateHash: "bad", replicas: null },
      seconds: 60,
    }),
};

export const ROUTES = {
  "gateway-api": { router: "gateway-api", name: "web", rule: null },
  "alb-ingress": { router: "alb-ingress", name: "web", rule: "split" },
  istio: { router: "istio", name: "web", rule: null },
} as const satisfies Record<string, Route>;

const weights = Object.entries(ROUTES).map(
  ([name, route]): UseCase => ({
    name: `set-weights of ${name}`,
    scene: released,
    steps: () => actionSteps({ kind: "set-weights", route, weights: { stable: 100, canary: 0 }, prior: { stable: 20, canary: 80 } }),
  }),
);

const flagger: UseCase = {
  name: "set-weights of flagger",
  scene: released,
  steps: () => {
    const route: Route = { router: "flagger", name: "checkout", rule: null };
    return actionSteps({
      kind: "set-weights",
      route,
      weights: { "checkout-primary": 100, "checkout-canary": 0 },
      prior: { "checkout-primary": 80, "checkout-canary": 20 },
    });
  },
};

const selector: Route = { router: "service-selector", name: "web", rule: "color" };

/** All traffic to the maintenance page, from what the route has now. */
async function maintenanceOn(product: Product, route: Route): Promise<Extract<ClusterAction, { kind: "maintenance" }>> {
  const reading = await product.traffic.read(TARGET, route);
  if ("problem" in reading) throw new Error(reading.problem);
  const { prior } = reading as typeof reading & { readonly prior: string };
  return { kind: "maintenance", set: "on", route, backend: "maintenance", prior };
}

const maintenance = Object.entries(ROUTES).flatMap(([name, route]): UseCase[] => [
  {
    name: `maintenance on, by ${name}`,
    scene: released,
    given: (product) => maintenanceOn(product, route),
    steps: (_view, given) => actionSteps(given as ClusterAction),
  },
  {
    name: `maintenance lifted, by ${name}`,
    scene: released,
    given: async (product) => {
      const on = await maintenanceOn(product, route);
      await product.actions.apply(TARGET, on, STAMP);
      return { ...on, set: "lift" };
    },
    steps: (_view, given) => actionSteps(given as ClusterAction),
  },
]);

interface Autoscaler extends KubernetesObject {
  readonly spec: { readonly minReplicas?: number; readonly behavior?: object };
}

function holdAutoscaler(view: View): ClusterAction {
  const prior = autoscalerPrior(view.get<Autoscaler>("horizontalpodautoscalers", "canary"));
  return { kind: "hold-autoscaler", hpa: "canary", minReplicas: 4, prior };
}

const autoscalers: readonly UseCase[] = [
  { name: "hold-autoscaler", scene: released, steps: (view) => actionSteps(holdAutoscaler(view)) },
  {
    name: "release-autoscaler",
    scene: released,
    given: async ({ actions }, view) => {
      await actions.apply(TARGET, holdAutoscaler(view), STAMP);
      return autoscalerPrior(view.get<Autoscaler>("horizontalpodautoscalers", "canary"));
    },
    steps: (_view, given) => actionSteps({ kind: "release-autoscaler", hpa: "canary", prior: String(given) }),
  },
  {
    name: "restore-autoscaler",
    scene: released,
    steps: () =>
      actionSteps({
        kind: "restore-autoscaler",
        hpa: "canary",
        minReplicas: 2,
        maxReplicas: 10,
        prior: JSON.stringify({ minReplicas: 2, maxReplicas: 6 }),
      }),
  },
];

function restoreConfig(restart: boolean): ClusterAction {
  const dataHash = dataHashOf({ data: GOOD_CONFIG });
  const copy = copyName({ service: "checkout", name: "checkout", dataHash });
  const fromHash = dataHashOf({ data: BAD_CONFIG });
  return {
    kind: "restore-config",
    configs: [{ kind: "ConfigMap", name: "checkout", dataHash, immutable: false, copy, fromHash }],
    restart,
  };
}

const configs: readonly UseCase[] = [
  { name: "restore-config of a ConfigMap", scene: released, steps: () => actionSteps(restoreConfig(false)) },
  { name: "restore-config of a ConfigMap, with a restart", scene: released, steps: () => actionSteps(restoreConfig(true)) },
  {
    name: "watch-drift of content that came back",
    scene: released,
    given: ({ actions }) => actions.apply(TARGET, restoreConfig(false), STAMP),
    steps: () => {
      const [dataHashes, fromHash] = [[dataHashOf({ data: GOOD_CONFIG })], dataHashOf({ data: BAD_CONFIG })];
      return actionSteps({
        kind: "watch-drift",
        gitops: null,
        suspect: { templateHash: "bad", replicas: null },
        configs: [{ kind: "ConfigMap", name: "checkout", dataHashes, fromHash }],
        seconds: 60,
      });
    },
  },
  {
    name: "restore-config of a Secret by its digest",
    scene: released,
    given: () => MAC_KEY.mac(dataHashOf({ data: GOOD_SECRET })),
    steps: (_view, given) => {
      const dataHash = String(given);
      const copy = copyName({ service: "checkout", name: "checkout", dataHash });
      const config = { kind: "Secret" as const, name: "checkout", dataHash, immutable: false, copy, fromHash: null };
      return actionSteps({ kind: "restore-config", configs: [config], restart: false });
    },
  },
];

const checks: readonly UseCase[] = [
  {
    name: "run-check",
    scene: released,
    steps: () => actionSteps({ kind: "run-check", job: "smoke", deadlineSeconds: 60, params: { phase: "restored" } }),
  },
];

const blueGreen: readonly UseCase[] = [
  {
    name: "switch-selector",
    scene: released,
    steps: () => actionSteps({ kind: "switch-selector", service: "web", selector: { color: "blue" }, prior: { color: "green" } }),
  },
  {
    name: "set-weights of service-selector",
    scene: released,
    steps: () => actionSteps({ kind: "set-weights", route: selector, weights: { blue: 100 }, prior: { green: 100 } }),
  },
  {
    name: "scale-arm",
    scene: released,
    steps: () => actionSteps({ kind: "scale-arm", deployment: "canary", replicas: 6, prior: 4 }),
  },
  {
    name: "scale-arm by a run that was overtaken",
    scene: released,
    given: ({ actions }) => actions.apply(TARGET, restoreConfig(true), OTHER_RUN),
    known: {
      fault: "stale",
      path: /deployments\/checkout/,
      why: "the fence is on the workload and not on the arm; no API server answers a GET of one object from a cache",
    },
    steps: () => actionSteps({ kind: "scale-arm", deployment: "canary", replicas: 6, prior: 4 }),
  },
];

/** They touch nothing: what VerifyStep judges by is the read of the workload. */
const looks: readonly UseCase[] = [
  {
    name: "watch",
    scene: released,
    steps: () => [...actionSteps({ kind: "watch", seconds: 60 }), readStep("VerifyStep")],
  },
  {
    name: "analyse",
    scene: released,
    steps: () => [...actionSteps({ kind: "analyse", compare: "before", seconds: 60 }), readStep("VerifyStep")],
  },
];

export const SURROUNDINGS_USE_CASES: readonly UseCase[] = [
  ...gitops,
  watchDrift,
  ...weights,
  flagger,
  ...blueGreen,
  ...maintenance,
  ...autoscalers,
  ...configs,
  ...checks,
  ...looks,
];
