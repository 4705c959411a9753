/** What a registry says about an image. `not-checked` is no bad news: the reason says why nobody looked. */
export interface ImageVerdict {
  readonly verdict: "present" | "absent" | "not-checked";
  /** `sha256:...` that the registry answers for the image; null unless present. */
  readonly digest: string | null;
  readonly reason: string;
}

/** Container registries. Never throws: what cannot be asked is `not-checked`. */
export interface ImageRegistry {
  /** `image` as a pod template names it: `<repository>[:tag][@digest]`. */
  exists(image: string): Promise<ImageVerdict>;
}
