import { createHash } from "node:crypto";
import type { Pod } from "../objects.ts";

/** Which build of an image a pod pulls: pods with the same tag and another build get another digest, as after a push to a mutable tag. */
export const IMAGE_BUILD_ANNOTATION = "rollguard.dev/image-build";

/** sha256 of a text, as digests are written. */
export function digestOf(text: string): string {
  return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}

/** `repository@sha256:...` of an image: its own digest when it names one, else one that follows from its text and build. */
export function imageIdOf(image: string, build = ""): string {
  const [named = "", digest] = image.split("@");
  const repository = named.replace(/:[^:/]+$/, "");
  return `${repository}@${digest ?? digestOf(build === "" ? image : `${image}#${build}`)}`;
}

/** What the tags point to now. */
export class ImageBuilds {
  readonly #builds = new Map<string, string>();

  /** From now on this image is another build; pods that already run keep the digest they pulled. */
  retag(image: string, build: string): void {
    this.#builds.set(image, build);
  }

  /** The build that a pod of this moment pulls. */
  buildFor(pod: Pod, image: string): string {
    return pod.metadata.annotations?.[IMAGE_BUILD_ANNOTATION] ?? this.#builds.get(image) ?? "";
  }
}
