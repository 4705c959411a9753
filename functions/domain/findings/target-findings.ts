import type { Preflight, PreflightCheck } from "../preflight.ts";
import type { LiveRelease, Release } from "../release.ts";
import type { PlanTarget } from "../rollback-document.ts";
import type { SecurityFinding } from "../security-finding.ts";
import { digestOf } from "./image-match.ts";

/** An image of a release to go back to, in the place of the vulnerable one. */
export interface TargetImage {
  /** Of the release. */
  readonly templateHash: string;
  readonly image: string;
  /** Null when no container ever reported it. */
  readonly digest: string | null;
}

/** What is known of it. */
export interface TargetVerdict extends TargetImage {
  readonly verdict: "affected" | "not-affected" | "unknown";
  readonly reason: string;
}

/** A vulnerability of an image, which the release to go back to may have too. */
export type VulnerableImage = SecurityFinding & { readonly imageDigest: string };

/** Is it one? A behaviour is of no image. */
export function isVulnerableImage(finding: SecurityFinding | undefined): finding is VulnerableImage {
  return finding !== undefined && finding.imageDigest !== null;
}

/**
 * The images to ask about: those of the container in which the vulnerable one runs, as they will be written. Where nobody knows which container that is, all
 * images of the target. A target without that container has none, and is not affected.
 */
export function imagesToAsk(
  targets: readonly PlanTarget[],
  { imageDigest }: VulnerableImage,
  { releases, live }: { readonly releases: readonly Release[]; readonly live: LiveRelease | null },
): readonly TargetImage[] {
  const vulnerable = live?.parts.images.filter((image) => digestOf(image) === imageDigest).map(({ container }) => container) ?? [];
  return targets.flatMap(({ templateHash, releaseHash, image, images: pinned = {} }) => {
    const release = releases.find(({ hash }) => hash === releaseHash);
    if (release === undefined) return [{ templateHash, image, digest: digestOf({ image, digest: null }) }];
    return release.parts.images
      .filter(({ container }) => vulnerable.length === 0 || vulnerable.includes(container))
      .map((one) => {
        const written = pinned[one.container];
        const asWritten = written === undefined ? one : { image: written, digest: null };
        return { templateHash, image: asWritten.image, digest: digestOf(asWritten) ?? one.digest };
      });
  });
}

/** What need not be asked: the vulnerable image itself, and one of which nobody knows the digest. Null: it is to be asked about. */
export function knownVerdict(image: TargetImage, { imageDigest, type }: VulnerableImage): TargetVerdict | null {
  if (image.digest === imageDigest) return { ...image, verdict: "affected", reason: `it is the same image (${type})` };
  if (image.digest === null) return { ...image, verdict: "unknown", reason: `the digest of ${image.image} is not known` };
  return null;
}

/**
 * A release whose image has the vulnerability too, or of which nobody knows, is left out of the plan: with none left the plan is denied, and people are
 * called. Going back to it would change nothing but the version, or nobody could say so.
 */
export function withTargetFindings(preflight: Preflight, verdicts: readonly TargetVerdict[], finding: VulnerableImage): Preflight {
  return { ...preflight, checks: [...preflight.checks, ...verdicts.map((verdict) => checkOf(verdict, finding))] };
}

function checkOf({ templateHash, image, verdict, reason }: TargetVerdict, { type }: VulnerableImage): PreflightCheck {
  const subject = { check: "vulnerability", target: templateHash } as const;
  switch (verdict) {
    case "not-affected":
      return { ...subject, outcome: "pass", observed: `the target image ${image} does not have ${type}: ${reason}`, fix: "" };
    case "affected":
      return {
        ...subject,
        outcome: "fail",
        observed: `the target image ${image} has ${type} too: ${reason}`,
        fix: "deploy a build without the vulnerability",
      };
    case "unknown":
      return {
        ...subject,
        outcome: "fail",
        observed: `nobody knows whether the target image ${image} has ${type}: ${reason}`,
        fix: "look at the image's findings in Inspector; then roll back by hand, or deploy a build without the vulnerability",
      };
  }
}
