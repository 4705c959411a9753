import { keepsSecrets, type RestorePolicy } from "./blueprint.ts";
import type { ClusterAction, ConfigRef } from "./cluster-action.ts";
import type { OptionalPart, ReleaseParts } from "./release.ts";
import { sameTemplate } from "./release-diff.ts";
import { isSealedCopy } from "./sealed-secret.ts";

export interface ThreeWayFacts {
  /** The release to go back to. */
  readonly before: ReleaseParts;
  /** The suspected release. The live one where nobody took a snapshot of it: then only the template and what it refers to come back. */
  readonly after: ReleaseParts;
  readonly live: ReleaseParts;
  readonly afterIsLive: boolean;
  readonly policy: Pick<RestorePolicy, "configMaps" | "secrets">;
  /** Replica counts that the blueprint allows. @default any */
  readonly bounds?: { readonly minReplicas: number; readonly maxReplicas: number } | null;
}

export type RestoreConfigEntry = Extract<ClusterAction, { kind: "restore-config" }>["configs"][number];
export type RestoreAutoscaler = Extract<ClusterAction, { kind: "restore-autoscaler" }>;

/** What of a release comes back, and what does not, with the reason. */
export interface ThreeWay {
  readonly template: boolean;
  /** Container to image with digest: its tag points somewhere else since, and the template alone would bring the bad content back. */
  readonly pinnedImages: Readonly<Record<string, string>>;
  readonly configs: readonly RestoreConfigEntry[];
  readonly replicas: number | null;
  readonly autoscaler: RestoreAutoscaler | null;
  /** Nothing may be written at all: what has to come back cannot. */
  readonly refused: readonly string[];
  /** Left as they are. */
  readonly kept: readonly string[];
}

/**
 * Which parts to restore: only what the change changed, and only where it still is as the change left it. What an autoscaler or a router moves by itself is
 * never written, nor what somebody has edited since.
 */
export function threeWay(facts: ThreeWayFacts): ThreeWay {
  const { before, after, live, afterIsLive } = facts;
  const kept: string[] = [];
  const refused = immutables(before, live);
  const configs = configEntries(facts, kept, refused);
  const pinnedImages = movedTags(before, live);
  return {
    template: !sameTemplate(before, live) || Object.keys(pinnedImages).length > 0,
    pinnedImages,
    configs,
    replicas: afterIsLive ? null : restoredReplicas(facts, kept),
    autoscaler: afterIsLive ? null : restoredBounds(before, after, live, kept),
    refused,
    kept: [...kept, ...onlyTold(before, after)],
  };
}

/** A live workload cannot take a template whose labels its selector does not match, nor other claims. */
function immutables({ fixed: before }: ReleaseParts, { fixed: live }: ReleaseParts): string[] {
  if (before.selector !== live.selector) {
    return [
      `the selector has changed (${before.selector} -> ${live.selector}), which no update can take back: the workload needs to be re-created`,
    ];
  }
  if (before.specHash === live.specHash) return [];
  return ["fields that cannot be changed on a live workload have changed (volume claims, Service name): it needs to be re-created"];
}

function movedTags(before: ReleaseParts, live: ReleaseParts): Record<string, string> {
  const moved = before.images.flatMap(({ container, image, digest }) => {
    const now = live.images.find((candidate) => candidate.container === container && candidate.image === image);
    const differs = digest !== null && now !== undefined && now.digest !== null && now.digest !== digest;
    return differs && !image.includes("@") ? [[container, `${withoutTag(image)}@${digest}`] as const] : [];
  });
  return Object.fromEntries(moved);
}

/** `registry:5000/team/app:v1` -> `registry:5000/team/app`. */
function withoutTag(image: string): string {
  return image.replace(/:[^:/]+$/, "");
}

function configEntries({ before, after, live, policy }: ThreeWayFacts, kept: string[], refused: string[]): RestoreConfigEntry[] {
  return before.configs.flatMap((target) => {
    const [suspect, now] = [after, live].map(({ configs }) =>
      configs.find(({ kind, name }) => kind === target.kind && name === target.name),
    );
    const what = `${target.kind} ${target.name}`;
    if (suspect === undefined || target.dataHash === null || suspect.dataHash === null) return [];
    if (suspect.dataHash === target.dataHash || now === undefined || now.dataHash === target.dataHash) return [];
    const problem = whyKept(target, policy);
    if (now.dataHash !== suspect.dataHash) kept.push(`${what} was edited again since: it stays as it is`);
    else if (now.immutable) refused.push(`${what} was re-created as immutable with other content: it needs to be re-created by hand`);
    else if (problem !== null) kept.push(`${what} has changed and stays: ${problem}`);
    else return [{ ...target, fromHash: now.dataHash }];
    return [];
  });
}

function whyKept({ kind, copy }: ConfigRef, { configMaps, secrets }: ThreeWayFacts["policy"]): string | null {
  if (kind === "ConfigMap" && !configMaps) return "restore.configMaps is off";
  if (kind === "Secret" && !keepsSecrets({ secrets })) return `restore.secrets is ${secrets}, which keeps no content`;
  if (copy === null) return "no copy of its earlier content was made";
  // Nobody has the rights for the other place any more.
  return kind === "Secret" && isSealedCopy(copy) !== (secrets === "encrypted")
    ? `its earlier content was kept otherwise than restore.secrets: ${secrets} keeps it`
    : null;
}

function restoredReplicas({ bounds = null, ...facts }: ThreeWayFacts, kept: string[]) {
  const [before, after, live] = [facts.before.scale, facts.after.scale, facts.live.scale];
  if (before.owner !== null || after.owner !== null || live.owner !== null || before.replicas === after.replicas) return null;
  if (live.replicas === after.replicas) {
    if (bounds === null || (before.replicas >= bounds.minReplicas && before.replicas <= bounds.maxReplicas)) return before.replicas;
    kept.push(`${before.replicas} replicas before are outside of ${bounds.minReplicas} to ${bounds.maxReplicas}: ${live.replicas} stay`);
    return null;
  }
  if (live.replicas !== before.replicas) kept.push(`${live.replicas} replicas were set since (${before.replicas} before): they stay`);
  return null;
}

function restoredBounds({ hpa: before }: ReleaseParts, { hpa: after }: ReleaseParts, { hpa: live }: ReleaseParts, kept: string[]) {
  if (before === null || after === null || live === null || before.name !== after.name || before.name !== live.name) return null;
  if (sameBounds(before, after) || sameBounds(before, live)) return null;
  if (!sameBounds(after, live)) {
    kept.push(`the bounds of HorizontalPodAutoscaler ${live.name} were changed again since: they stay`);
    return null;
  }
  const { name, minReplicas, maxReplicas } = before;
  const prior = JSON.stringify({ minReplicas: live.minReplicas, maxReplicas: live.maxReplicas });
  return { kind: "restore-autoscaler", hpa: name, minReplicas, maxReplicas, prior } as const;
}

type Bounds = Pick<NonNullable<ReleaseParts["hpa"]>, "minReplicas" | "maxReplicas">;

function sameBounds(one: Bounds, other: Bounds): boolean {
  return one.minReplicas === other.minReplicas && one.maxReplicas === other.maxReplicas;
}

/** Changed, and not written by a rollback: people get to know. */
function onlyTold(before: ReleaseParts, after: ReleaseParts): string[] {
  const changed = (part: OptionalPart, one: { specHash: string } | null, other: { specHash: string } | null, what: string) =>
    before.unread.includes(part) || after.unread.includes(part) || one?.specHash === other?.specHash
      ? []
      : [`${what} has changed and stays`];
  const bothScaled = before.hpa !== null && after.hpa !== null;
  return [
    ...(bothScaled ? changed("hpa", before.hpa, after.hpa, `the rest of HorizontalPodAutoscaler ${before.hpa?.name}`) : []),
    ...changed("pdb", before.pdb, after.pdb, "the PodDisruptionBudget"),
    ...changed("service", before.service, after.service, `Service ${after.service?.name ?? before.service?.name}`),
  ];
}
