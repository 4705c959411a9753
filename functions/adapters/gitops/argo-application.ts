import type { Target } from "../../domain/blueprint.ts";
import type { GitopsState } from "../../domain/gitops.ts";
import type { LiveObject } from "../kubernetes/object-write.ts";

/** Argo CD's own defaults: a look at the source every 3 minutes, and 5 s from a drift to its repair with selfHeal. */
const SYNC_SECONDS = 180;
const SELF_HEAL_SECONDS = 5;

interface ApplicationSource {
  readonly repoURL?: string;
  readonly path?: string;
  readonly chart?: string;
  readonly targetRevision?: string;
  readonly kustomize?: { readonly images?: readonly string[] };
}

/** `argoproj.io/v1alpha1 Application`, as far as it is used. */
export interface Application extends LiveObject {
  readonly spec?: {
    readonly source?: ApplicationSource;
    readonly sources?: readonly ApplicationSource[];
    readonly syncPolicy?: { readonly automated?: Readonly<Record<string, unknown>> | null } | null;
  };
  readonly status?: {
    readonly sync?: { readonly revision?: string; readonly revisions?: readonly string[] };
    readonly operationState?: { readonly phase?: string };
    readonly resources?: readonly {
      readonly kind?: string;
      readonly namespace?: string;
      readonly name?: string;
      readonly status?: string;
    }[];
  };
}

/** `spec.syncPolicy.automated`; null where syncs are made by hand alone. */
export function automatedOf({ spec }: Application): Readonly<Record<string, unknown>> | null {
  return spec?.syncPolicy?.automated ?? null;
}

/** Does Argo CD sync nothing by itself? */
export function applicationIsHeld(application: Application): boolean {
  const automated = automatedOf(application);
  return automated === null || automated.enabled === false;
}

/** A sync that runs goes on when automation is turned off, and may still apply the bad version. */
export function syncIsRunning({ status }: Application): boolean {
  return status?.operationState?.phase === "Running";
}

/** What the object tells of its interval, its source and what that wants. */
export function applicationFacts(application: Application, target: Target): Pick<GitopsState, "intervalSeconds" | "source" | "wanted"> {
  const { spec, status } = application;
  const sources = spec?.sources ?? (spec?.source === undefined ? [] : [spec.source]);
  const { kind, namespace, name } = target;
  const ours = status?.resources?.find((one) => one.kind === kind && one.namespace === namespace && one.name === name);
  return {
    intervalSeconds: automatedOf(application)?.selfHeal === true ? SELF_HEAL_SECONDS : SYNC_SECONDS,
    source: sources.map(describeSource).join(", ") || "a source that the Application does not name",
    wanted: {
      revision: revisionOf(application),
      atHold: null,
      images: sources.flatMap(({ kustomize }) => kustomize?.images ?? []).map((image) => image.slice(image.indexOf("=") + 1)),
      sameAsLive: ours?.status === "Synced" ? true : ours?.status === "OutOfSync" ? false : null,
    },
  };
}

/** The commit (or commits) that Argo CD compared last. */
export function revisionOf({ status }: Application): string | null {
  return status?.sync?.revision || status?.sync?.revisions?.join(",") || null;
}

/** A merge patch of `spec.syncPolicy` that leaves everything but `automated` alone. */
export function automatedPatch(automated: Readonly<Record<string, unknown>> | null): Readonly<Record<string, unknown>> {
  return { syncPolicy: { automated } };
}

/** A merge patch only adds and removes by name: keys that came since are named with null. */
export function backTo(prior: Readonly<Record<string, unknown>>, live: Readonly<Record<string, unknown>> | null) {
  const gone = Object.keys(live ?? {}).filter((key) => !(key in prior));
  return { ...Object.fromEntries(gone.map((key) => [key, null])), ...prior };
}

function describeSource({ repoURL = "", path, chart, targetRevision }: ApplicationSource): string {
  return `${withoutUser(repoURL)} ${path ?? chart ?? ""}@${targetRevision ?? "HEAD"}`.replace(" @", "@");
}

/** Some people keep a token in a repository's URL. */
export function withoutUser(url: string): string {
  return url.replace(/^(\w+:\/\/)[^/@]*@/, "$1");
}
