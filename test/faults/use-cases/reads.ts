import { dataHashOf } from "../../../functions/adapters/kubernetes/snapshot-lists.ts";
import type { EvidenceBundle } from "../../../functions/domain/diagnosis/evidence-bundle.ts";
import { rightsOfSteps } from "../../../functions/domain/rbac-steps.ts";
import type { Snapshot } from "../../../functions/domain/release.ts";
import type { WorkloadState } from "../../../functions/domain/workload.ts";
import { aBlueprint, aPlanStep } from "../../support/builders/index.ts";
import { GOOD_IMAGE, stuck } from "../scenes/deployments.ts";
import { BAD_CONFIG, BAD_SECRET, released } from "../scenes/released.ts";
import { brokenAgent, brokenDatabase } from "../scenes/revisioned.ts";
import { canaryRollout, rolloutOfDeployment } from "../scenes/rollouts.ts";
import { MAC_KEY, type Product } from "../support/product.ts";
import type { View } from "../support/scene.ts";
import { type Step, stateStep, type Told, type UseCase } from "../support/use-case.ts";
import { labelOf, readStep, revisionOf, TARGET } from "./common.ts";
import { AGENT, DATABASE, ROLLOUT } from "./other-kinds.ts";
import { BLUEPRINT, OWNERS, ROUTES } from "./surroundings.ts";

const CAREFUL = aBlueprint({
  target: TARGET,
  restore: { configMaps: true, secrets: "copies", fieldManagerGuard: false, deleteFailedReplicaSet: false },
});
/** Timeouts of the scheduled functions. */
const OBSERVER_SECONDS = 55;
const KEEPER_SECONDS = 30;

/** What AssessIncident read first, and hands on. */
const assessed = ({ workload }: Product) => workload.read(TARGET);

const workloads: readonly UseCase[] = [
  { name: "read of a Deployment", scene: stuck, steps: () => [readStep("AssessIncident")] },
  { name: "read of a StatefulSet", scene: brokenDatabase, steps: () => [readStep("AssessIncident", DATABASE)] },
  { name: "read of a DaemonSet", scene: brokenAgent, steps: () => [readStep("AssessIncident", AGENT)] },
  { name: "read of a Rollout", scene: canaryRollout, steps: () => [readStep("AssessIncident", ROLLOUT)] },
  {
    name: "read of a Rollout whose template is a Deployment's",
    scene: rolloutOfDeployment,
    steps: () => [readStep("AssessIncident", ROLLOUT)],
  },
];

/** The time of collection differs from run to run. */
function toldEvidence({ gaps, collectedAt: _at, ...facts }: EvidenceBundle): Told {
  const reason = gaps.map(({ what, why }) => `${what}: ${why}`).join("; ");
  return { word: gaps.length === 0 ? "whole" : "partial", reason, facts };
}

const evidence = (["quick", "thorough"] as const).map(
  (depth): UseCase => ({
    name: `${depth} evidence`,
    scene: stuck,
    given: assessed,
    steps: (_view, workload) => [
      stateStep(depth === "quick" ? "AssessIncident" : "DiagnoseCause", async ({ evidence }) => {
        const request = { target: TARGET, workload: workload as WorkloadState, since: new Date(0), depth };
        return toldEvidence(await evidence.collect(request));
      }),
    ],
  }),
);

function toldSnapshot(snapshot: Snapshot | null): Told {
  if (snapshot === null) return { word: "absent", reason: "" };
  const { unread } = snapshot.parts;
  return { word: unread.length === 0 ? "whole" : "partial", reason: snapshot.notes.join("; "), facts: snapshot };
}

const snapshots: readonly UseCase[] = [
  {
    name: "snapshot of what is live, while an incident is assessed",
    scene: released,
    given: assessed,
    steps: (_view, state) => [
      // As the step does it: without a snapshot it goes on, and says so.
      stateStep("AssessIncident", ({ snapshots }) =>
        snapshots
          .pass("single")
          .take(CAREFUL, state as WorkloadState)
          .then(toldSnapshot, (error: Error): Told => ({ word: "partial", reason: error.message })),
      ),
    ],
  },
  {
    name: "snapshot by lists, on a schedule",
    scene: released,
    given: assessed,
    steps: (_view, state) => [
      {
        name: "observe-releases",
        limitSeconds: OBSERVER_SECONDS,
        play: async ({ snapshots }) => toldSnapshot(await snapshots.pass("lists").take(CAREFUL, state as WorkloadState)),
      },
    ],
  },
];

function preflightOf(view: View, workload: WorkloadState) {
  const good = revisionOf(view, "replicasets", GOOD_IMAGE);
  const candidate = { templateHash: labelOf(good, "pod-template-hash"), revisionName: good.metadata.name, kept: false };
  const rights = rightsOfSteps(TARGET, [aPlanStep()]);
  return { target: TARGET, workload, candidates: [candidate], rights, secrets: true };
}

const preflight: UseCase = {
  name: "preflight",
  scene: released,
  given: assessed,
  steps: (view, workload) => [
    stateStep("SelectStrategy", async (product) => {
      const facts = await product.preflight.look(preflightOf(view, workload as WorkloadState));
      const missing = [...JSON.stringify(facts).matchAll(/"notChecked":"([^"]*)"/g)].map(([, why]) => why);
      return { word: missing.length === 0 ? "whole" : "partial", reason: missing.join("; "), facts };
    }),
  ],
};

const gitops = Object.entries(OWNERS).map(
  ([name, owner]): UseCase => ({
    name: `state of ${name}`,
    scene: released,
    steps: () => [
      stateStep("SelectStrategy", async ({ gitops }) => {
        const facts = await gitops.state(BLUEPRINT, owner);
        return "problem" in facts ? { word: "partial", reason: facts.problem } : { word: "whole", reason: "", facts };
      }),
    ],
  }),
);

const traffic = Object.entries(ROUTES).map(
  ([name, route]): UseCase => ({
    name: `weights of ${name}`,
    scene: released,
    steps: () => [
      stateStep("AssessIncident", async ({ traffic }) => {
        const facts = await traffic.read(TARGET, route);
        return "problem" in facts ? { word: "partial", reason: facts.problem } : { word: "whole", reason: "", facts };
      }),
    ],
  }),
);

/** Asked again, a copy is there already, and nothing is left to remove. */
const keeping: readonly UseCase[] = [
  ...(["ConfigMap", "Secret"] as const).map(
    (kind): UseCase => ({
      name: `keep-config: copy of a ${kind}`,
      scene: released,
      given: async () => (kind === "ConfigMap" ? dataHashOf({ data: BAD_CONFIG }) : MAC_KEY.mac(dataHashOf({ data: BAD_SECRET }))),
      steps: (_view, dataHash) => [
        keepStep(async ({ copies }) => {
          const { outcome, reason } = await copies.copy(TARGET, "checkout", { kind, name: "checkout", dataHash: String(dataHash) });
          return { word: outcome === "copied" || outcome === "there" ? "applied" : outcome, reason };
        }),
      ],
    }),
  ),
  {
    name: "keep-config: removal of copies that nobody needs",
    scene: released,
    steps: () => [
      keepStep(async ({ copies }) => {
        const removed = await copies.prune(TARGET, "checkout", ["ConfigMap"], []);
        return { word: "applied", reason: removed.join(", ") };
      }),
    ],
  },
];

function keepStep(play: Step["play"]): Step {
  return { name: "keep-config", limitSeconds: KEEPER_SECONDS, play };
}

export const READ_USE_CASES: readonly UseCase[] = [...workloads, ...evidence, ...snapshots, preflight, ...gitops, ...traffic, ...keeping];
