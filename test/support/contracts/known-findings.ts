import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { KnownFindings } from "../../../functions/ports/image-findings.ts";
import { BAD_DIGEST, GOOD_DIGEST } from "../builders/release.ts";

/** What every store of findings of images keeps to. */
export function describeKnownFindings(name: string, underTest: () => KnownFindings): void {
  describe(`${name}: findings of images`, () => {
    const aFinding = () => ({
      service: `svc-${randomUUID().slice(0, 8)}`,
      digest: BAD_DIGEST,
      vulnerability: "CVE-2024-6119",
      findingId: "arn:aws:inspector2:us-east-1:123456789012:finding/0b1c",
      seenAt: "2026-11-20T03:16:38.411Z",
    });

    it("keeps the first one of an image and a vulnerability", async () => {
      const first = aFinding();

      await underTest().remember(first);
      await underTest().remember({ ...first, findingId: "another", seenAt: "2026-11-21T00:00:00.000Z" });

      expect(await underTest().of(first)).toEqual(first);
    });

    it("knows nothing of another image, another vulnerability or another service", async () => {
      const known = aFinding();
      await underTest().remember(known);

      expect(await underTest().of({ ...known, digest: GOOD_DIGEST })).toBeNull();
      expect(await underTest().of({ ...known, vulnerability: "CVE-2024-0001" })).toBeNull();
      expect(await underTest().of({ ...known, service: aFinding().service })).toBeNull();
    });
  });
}
