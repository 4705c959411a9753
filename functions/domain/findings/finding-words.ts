import type { SecurityFinding } from "../security-finding.ts";

/** What a recovery says of a finding: the service is well, and whether what was found is over shows only when its own service looks again. */
export function unmeasuredNote({ type, source, imageDigest }: SecurityFinding): string {
  const watch = imageDigest === null ? `${source} reports it again if it goes on` : `${source} closes it once the image is gone or mended`;
  return `${type} led to it, and nothing about the finding itself can be measured in minutes: ${watch}`;
}
