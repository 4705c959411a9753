import type { ObjectMeta } from "kubernetes-types/meta/v1.d.ts";
import type { Release } from "../../domain/release.ts";

/**
 * Where pipelines leave the commit, branch and author, in order of preference: our own keys, then those of Argo CD, Flux and common tools. The label
 * app.kubernetes.io/version is a version of the application and not read as a commit.
 */
const COMMIT = [
  "rollguard.dev/commit",
  "argocd.argoproj.io/revision",
  "kustomize.toolkit.fluxcd.io/revision",
  "helm.toolkit.fluxcd.io/revision",
  "app.gitlab.com/commit",
  "org.opencontainers.image.revision",
];
const BRANCH = ["rollguard.dev/branch", "app.gitlab.com/branch", "org.opencontainers.image.ref.name"];
const ACTOR = ["rollguard.dev/actor", "app.gitlab.com/actor"];
const DB_SNAPSHOT = ["rollguard.dev/db-snapshot"];
const VOLUME_SNAPSHOT = ["rollguard.dev/volume-snapshot"];
const IRREVERSIBLE = ["rollguard.dev/irreversible"];

/** They are for people and go into records: longer ones are cut. */
const MOST_CHARACTERS = 200;

/** What annotations of the template, else of the workload, say about where a release comes from and what it did to data. */
export function releaseSource(template: ObjectMeta, workload: ObjectMeta): Pick<Release, "source" | "data" | "irreversible"> {
  const annotations = { ...workload.annotations, ...template.annotations };
  const first = (keys: readonly string[]): string | null => {
    const value = keys.map((key) => annotations[key]).find((text) => text !== undefined && text.trim() !== "");
    return value === undefined ? null : value.trim().slice(0, MOST_CHARACTERS);
  };
  return {
    source: { commit: first(COMMIT), branch: first(BRANCH), actor: first(ACTOR) },
    data: { dbSnapshot: first(DB_SNAPSHOT), volumeSnapshot: first(VOLUME_SNAPSHOT) },
    irreversible: first(IRREVERSIBLE),
  };
}
