import type { Target } from "../../domain/blueprint.ts";
import type { ClusterAction, Confirmation } from "../../domain/cluster-action.ts";
import { PermissionError, TransientUpstreamError } from "../../domain/errors.ts";
import { ANNOTATIONS, type WriteResult, type WriteStamp } from "../../domain/workload.ts";
import type { MacKey } from "../../ports/mac-key.ts";
import type { ActionModule } from "../kubernetes/action-module.ts";
import type { KubernetesClient } from "../kubernetes/kubernetes-client.ts";
import { laterFence, type ObjectDecision, result, writeObject } from "../kubernetes/object-write.ts";
import { dataHashOf } from "../kubernetes/snapshot-lists.ts";
import { type ConfigObject, configPath, releaseHashOf } from "./config-object.ts";
import { keptContent, type SecretSources } from "./kept-content.ts";
import { confirmRestart, restartPods } from "./restart-pods.ts";

type RestoreConfig = Extract<ClusterAction, { kind: "restore-config" }>;
type Entry = RestoreConfig["configs"][number];

/** One entry that was looked at: what to write, or why nothing may be. */
interface Prepared {
  readonly entry: Entry;
  readonly copy: ConfigObject;
  /** Plain hash of the content that may be replaced; never kept anywhere. */
  readonly fromHash: string;
}

/**
 * Content of ConfigMaps (and Secrets, where the blueprint says so) back from their copies. Every object is looked at before the first is written, and
 * each write carries the resourceVersion that was read: an edit in between is somebody's, and stays.
 */
export function restoreConfig(secrets: SecretSources): ActionModule<RestoreConfig> {
  const { macKey } = secrets;
  return {
    apply: (kubernetes, target, action, stamp) => apply(kubernetes, target, action, stamp, secrets),
    confirm: (kubernetes, target, action, stamp) => confirm(kubernetes, target, action, stamp, macKey),
  };
}

async function apply(
  kubernetes: KubernetesClient,
  target: Target,
  action: RestoreConfig,
  stamp: WriteStamp,
  secrets: SecretSources,
): Promise<WriteResult> {
  const fenced = await laterFence(kubernetes, target, stamp);
  if (fenced !== null) return result("superseded", fenced);
  const prepared: Prepared[] = [];
  const reasons: string[] = [];
  for (const entry of action.configs) {
    const found = await prepare(kubernetes, target, entry, secrets);
    if ("outcome" in found) return found;
    if ("already" in found) reasons.push(found.already);
    else prepared.push(found);
  }
  const written: Entry[] = [];
  for (const each of prepared) {
    const { outcome, reason } = await writeContent(kubernetes, target, each, stamp);
    if (outcome !== "applied" && outcome !== "already-applied") return result(outcome, [...reasons, reason].join("; "));
    if (outcome === "applied") written.push(each.entry);
    reasons.push(reason);
  }
  const applied = written.length > 0;
  if (!action.restart) return result(applied ? "applied" : "already-applied", reasons.join("; "));
  const unwritten = action.configs.filter((entry) => !written.includes(entry));
  await requireContent(kubernetes, target, unwritten, secrets.macKey);
  const restarted = await restartPods(kubernetes, target, stamp);
  const outcome = restarted.outcome === "already-applied" && applied ? "applied" : restarted.outcome;
  return { ...restarted, outcome, reason: [...reasons, restarted.reason].join("; ") };
}

async function prepare(
  kubernetes: KubernetesClient,
  target: Target,
  entry: Entry,
  secrets: SecretSources,
): Promise<Prepared | WriteResult | { readonly already: string }> {
  const what = `${entry.kind} ${target.namespace}/${entry.name}`;
  try {
    const live = await kubernetes.get<ConfigObject>(configPath(target, entry));
    if (live === null) return result("refused", `${what} does not exist any more: it needs to be re-created`);
    const hash = await releaseHashOf(entry.kind, live, secrets.macKey);
    if (hash === entry.dataHash) return { already: `${what} has its earlier content already` };
    if (entry.fromHash !== null && hash !== entry.fromHash) {
      return result("superseded", `${what} was edited since it was assessed: it stays as it is, and nothing was restored`);
    }
    if (live.immutable === true) return result("refused", `${what} is immutable: it needs to be re-created`);
    const kept = await keptContent(kubernetes, target, entry, live, secrets);
    return "problem" in kept ? result("refused", kept.problem) : { entry, copy: kept.content, fromHash: dataHashOf(live) };
  } catch (error) {
    if (error instanceof PermissionError) return result("refused", error.message);
    throw error;
  }
}

async function writeContent(kubernetes: KubernetesClient, target: Target, { entry, copy, fromHash }: Prepared, stamp: WriteStamp) {
  const what = `${entry.kind} ${target.namespace}/${entry.name}`;
  const wanted = dataHashOf(copy);
  return writeObject<ConfigObject>(kubernetes, target, stamp, {
    path: configPath(target, entry),
    what,
    isSecret: entry.kind === "Secret",
    decide(live): ObjectDecision {
      const hash = dataHashOf(live);
      if (hash === wanted) return { decision: "already-applied", reason: `${what} has its earlier content` };
      if (hash !== fromHash) return { decision: "superseded", reason: `${what} was edited meanwhile: it stays as it is` };
      return {
        decision: "write",
        reason: `content of ${what} is back from ${entry.copy}`,
        merge: {
          metadata: {
            resourceVersion: live.metadata?.resourceVersion,
            annotations: { [ANNOTATIONS.execution]: stamp.execution, [ANNOTATIONS.fence]: String(stamp.fence) },
          },
          data: replacing(live.data, copy.data),
          ...(entry.kind === "ConfigMap" ? { binaryData: replacing(live.binaryData, copy.binaryData) } : {}),
        },
      };
    },
  });
}

/** Pods that start anew with the bad content help nobody: what an answer from before the change may have shown is looked at once more. */
async function requireContent(
  kubernetes: KubernetesClient,
  target: Target,
  entries: readonly Entry[],
  macKey: MacKey | null,
): Promise<void> {
  for (const entry of entries) {
    const live = await kubernetes.get<ConfigObject>(configPath(target, entry));
    if (live !== null && (await releaseHashOf(entry.kind, live, macKey)) === entry.dataHash) continue;
    throw new TransientUpstreamError(
      `${entry.kind} ${target.namespace}/${entry.name} was read with its earlier content, and does not have it`,
    );
  }
}

/** A merge patch that leaves exactly the wanted keys: what else is there is taken away by null. */
function replacing(
  live: Readonly<Record<string, string>> = {},
  wanted: Readonly<Record<string, string>> = {},
): Record<string, string | null> | null {
  const gone = Object.keys(live).filter((key) => !(key in wanted));
  const merge = { ...Object.fromEntries(gone.map((key) => [key, null])), ...wanted };
  return Object.keys(wanted).length === 0 ? null : merge;
}

async function confirm(
  kubernetes: KubernetesClient,
  target: Target,
  action: RestoreConfig,
  stamp: WriteStamp,
  macKey: MacKey | null,
): Promise<Confirmation> {
  for (const entry of action.configs) {
    const what = `${entry.kind} ${target.namespace}/${entry.name}`;
    const live = await kubernetes.get<ConfigObject>(configPath(target, entry));
    const hash = live === null ? null : await releaseHashOf(entry.kind, live, macKey);
    if (hash !== entry.dataHash) return { verdict: "lost", reason: `${what} does not have its earlier content any more` };
  }
  const names = action.configs.map(({ kind, name }) => `${kind} ${name}`).join(", ");
  if (!action.restart) return { verdict: "proven", reason: `${names}: the earlier content is there` };
  return confirmRestart(kubernetes, target, stamp, `${names}: the earlier content is there`);
}
