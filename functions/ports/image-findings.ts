/** Does an image have a vulnerability? `unknown` is no good news: the reason says why nobody knows. */
export interface ImageFindingVerdict {
  readonly verdict: "affected" | "not-affected" | "unknown";
  readonly reason: string;
}

/** The service that scans images. Never throws: what cannot be asked is `unknown`. */
export interface ImageFindings {
  /**
   * `image` as a pod template names it, which tells the region; `digest` is `sha256:...`. `knownSince`: when the vulnerability was first seen somewhere; a scan
   * of before that says nothing.
   */
  ask(image: { readonly image: string; readonly digest: string }, vulnerability: string, knownSince: string): Promise<ImageFindingVerdict>;
}

/** An active finding of an image of a service, live or of an earlier release, that arrived by itself. */
export interface KnownFinding {
  readonly service: string;
  readonly digest: string;
  readonly vulnerability: string;
  readonly findingId: string;
  readonly seenAt: string;
}

/** Findings of images that arrived, by service. Throws `TransientUpstreamError` or `PermissionError`. */
export interface KnownFindings {
  /** Twice is once: the first one stays. */
  remember(known: KnownFinding): Promise<void>;
  /** Of one image; null when none arrived. */
  of(which: Pick<KnownFinding, "service" | "digest" | "vulnerability">): Promise<KnownFinding | null>;
}
