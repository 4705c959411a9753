import type { Release } from "../release.ts";
import type { ReleaseObservation } from "../release-observation.ts";
import { later } from "../time.ts";
import type { FoundImage } from "./finding-report.ts";

/** What the ledger knows of a service. */
export interface Ledger {
  /** Most recently live first. */
  readonly observations: readonly ReleaseObservation[];
  /** Most recently seen first. */
  readonly releases: readonly Release[];
}

/** An image as a template names it, and the digest that a container reported; null while none has. */
interface RunImage {
  readonly image: string;
  readonly digest: string | null;
}

/** Where the found image stands with a service. `unknown`: of what is live neither digest nor name is known. */
export type ImageMatch = "live" | "earlier" | "another" | "unknown";

/**
 * Does the service run this image now, did it once, or never? By digest; an image that is live by a tag, and whose digest no container has reported yet, by
 * repository and tag. A tag may have moved on since: that is why a digest, where it is known, decides alone.
 */
export function matchImage(found: FoundImage, ledger: Ledger): ImageMatch {
  const live = liveImages(ledger);
  if (live.some((image) => isSame(found, image))) return "live";
  const earlier = ledger.releases.flatMap(({ parts }) => parts.images).concat(observed(ledger));
  if (earlier.some(({ image, digest }) => digestOf({ image, digest }) === found.digest)) return "earlier";
  return live.length === 0 || live.some((image) => digestOf(image) === null && !isNamedOtherwise(found, image)) ? "unknown" : "another";
}

/** The observation of what is live; null where nothing was observed. */
export function liveObservation({ observations }: Pick<Ledger, "observations">): ReleaseObservation | null {
  return observations.reduce<ReleaseObservation | null>(
    (newest, one) => (newest === null || Date.parse(one.liveSince) > Date.parse(newest.liveSince) ? one : newest),
    null,
  );
}

/** When a release that is not live any more was seen live last; null where none ever was. What went live can only have done so after that. */
export function othersSeenAt({ observations }: Pick<Ledger, "observations">): string | null {
  const live = liveObservation({ observations });
  return observations
    .filter(({ templateHash }) => templateHash !== live?.templateHash)
    .reduce<string | null>((latest, { lastSeenAt }) => (latest === null ? lastSeenAt : later(latest, lastSeenAt)), null);
}

/** `sha256:...` of what runs: as reported, else as the template pins it. */
export function digestOf({ image, digest }: RunImage): string | null {
  return digest ?? /@(sha256:[0-9a-f]{64})$/.exec(image)?.[1] ?? null;
}

function liveImages(ledger: Ledger): readonly RunImage[] {
  const live = liveObservation(ledger);
  const release = ledger.releases
    .filter(({ parts }) => live === null || parts.templateHash === live.templateHash)
    .reduce<Release | null>(
      (newest, one) => (newest === null || later(one.lastSeenAt, newest.lastSeenAt) === one.lastSeenAt ? one : newest),
      null,
    );
  if (release !== null) return release.parts.images;
  return live === null || live.image === "" ? [] : [{ image: live.image, digest: null }];
}

function observed({ observations }: Ledger): ReturnType<typeof toPart>[] {
  return observations.map(({ image }) => toPart(image));
}

function toPart(image: string) {
  return { container: "", image, digest: null };
}

function isSame(found: FoundImage, image: RunImage): boolean {
  const digest = digestOf(image);
  if (digest !== null) return digest === found.digest;
  const { repository, tag } = named(image.image);
  return isOf(found, repository) && found.tags.includes(tag);
}

/** Surely another repository: then the digest need not be known. */
function isNamedOtherwise(found: FoundImage, { image }: RunImage): boolean {
  return found.repository !== null && !isOf(found, named(image).repository);
}

function isOf({ repository, registry }: FoundImage, image: string): boolean {
  if (repository === null) return false;
  const ecr = /^(\d{12})\.dkr[.-]ecr[^/]*\/(.+)$/.exec(image);
  if (ecr === null) return image === repository;
  return ecr[2] === repository && (registry === null || ecr[1] === registry);
}

function named(image: string): { readonly repository: string; readonly tag: string } {
  const bare = image.replace(/@.*$/, "");
  const tag = /:([\w.-]+)$/.exec(bare)?.[1];
  return tag === undefined ? { repository: bare, tag: "latest" } : { repository: bare.slice(0, -tag.length - 1), tag };
}
