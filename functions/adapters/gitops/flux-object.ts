import { createHash } from "node:crypto";
import type { GitopsObject, GitopsState } from "../../domain/gitops.ts";
import type { KubernetesClient } from "../kubernetes/kubernetes-client.ts";
import type { LiveObject } from "../kubernetes/object-write.ts";
import { readable } from "../kubernetes/readable.ts";
import { withoutUser } from "./argo-application.ts";

/** A drift is found at the next reconcile; Flux's own example manifests use 10 minutes. */
const USUAL_INTERVAL_SECONDS = 600;

interface SourceRef {
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
}

/** `Kustomization` or `HelmRelease`, as far as they are used. */
export interface FluxObject extends LiveObject {
  readonly spec?: {
    readonly suspend?: boolean;
    readonly interval?: string;
    readonly path?: string;
    readonly sourceRef?: SourceRef;
    readonly images?: readonly { readonly name?: string; readonly newName?: string; readonly newTag?: string; readonly digest?: string }[];
    readonly chart?: { readonly spec?: { readonly chart?: string; readonly version?: string; readonly sourceRef?: SourceRef } };
    readonly chartRef?: SourceRef;
  };
  readonly status?: { readonly lastAppliedRevision?: string; readonly lastAttemptedRevision?: string };
}

interface FluxSource extends LiveObject {
  readonly spec?: { readonly url?: string };
  readonly status?: { readonly artifact?: { readonly revision?: string } };
}

const SOURCE_PLURALS: Readonly<Record<string, string>> = {
  GitRepository: "gitrepositories",
  OCIRepository: "ocirepositories",
  Bucket: "buckets",
};

/** What the object and its source tell. A suspended object does not move its own revisions, but its source goes on looking. */
export async function fluxFacts(
  kubernetes: KubernetesClient,
  object: GitopsObject,
  live: FluxObject,
): Promise<Pick<GitopsState, "intervalSeconds" | "source" | "wanted">> {
  const { spec = {} } = live;
  const ref = spec.sourceRef ?? spec.chartRef ?? spec.chart?.spec?.sourceRef ?? {};
  const source = await readSource(kubernetes, ref, object.namespace);
  const named = `${ref.kind ?? "source"} ${ref.namespace ?? object.namespace}/${ref.name ?? "?"}`;
  const where = spec.path ?? spec.chart?.spec?.chart ?? "";
  return {
    intervalSeconds: goDurationSeconds(spec.interval ?? "") ?? USUAL_INTERVAL_SECONDS,
    source: [source?.spec?.url === undefined ? named : `${withoutUser(source.spec.url)} (${named})`, where].filter(Boolean).join(" "),
    wanted: {
      revision: object.kind === "HelmRelease" ? releaseRevision(live) : (source?.status?.artifact?.revision ?? null),
      atHold: null,
      images: (spec.images ?? []).map(imageText),
      sameAsLive: null,
    },
  };
}

/** Go's notation: `10m0s`, `1h30m`, `500ms`; null when the text is none. */
export function goDurationSeconds(text: string): number | null {
  if (!/^(\d+(\.\d+)?(h|m|s|ms))+$/.test(text)) return null;
  const seconds: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1, ms: 0.001 };
  return [...text.matchAll(/([\d.]+)(ms|h|m|s)/g)].reduce((sum, [, count, unit]) => sum + Number(count) * (seconds[unit ?? ""] ?? 0), 0);
}

/** The image of a release comes from the values of its HelmRelease, so any change of its spec (but for the hold itself) is another revision. */
function releaseRevision({ spec }: FluxObject): string {
  const { suspend: _hold, ...rest } = spec ?? {};
  return `spec ${createHash("sha256").update(JSON.stringify(rest)).digest("hex").slice(0, 12)}`;
}

function imageText({ name = "", newName = name, newTag, digest }: NonNullable<NonNullable<FluxObject["spec"]>["images"]>[number]): string {
  return digest ? `${newName}@${digest}` : newTag ? `${newName}:${newTag}` : newName;
}

/** Null where the source may not be read or is of another kind: then what it wants is not known. */
async function readSource(kubernetes: KubernetesClient, ref: SourceRef, namespace: string): Promise<FluxSource | null> {
  const plural = SOURCE_PLURALS[ref.kind ?? ""];
  const [version] = plural === undefined || !ref.name ? [] : await kubernetes.served("source.toolkit.fluxcd.io");
  if (version === undefined) return null;
  const path = `/apis/source.toolkit.fluxcd.io/${version}/namespaces/${ref.namespace ?? namespace}/${plural}/${ref.name}`;
  return readable(() => kubernetes.get<FluxSource>(path));
}
