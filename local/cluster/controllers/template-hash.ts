import { isDeepStrictEqual } from "node:util";
import type { PodTemplate } from "../objects.ts";

/** The label that tells the pods of one template from those of another. */
export const HASH_LABEL = "pod-template-hash";

const ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part !== "object" || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

/** The template without the hash label, which the controller adds to the ReplicaSet's copy. */
export function withoutHash(template: PodTemplate): PodTemplate {
  const { [HASH_LABEL]: _hash, ...labels } = template.metadata?.labels ?? {};
  return { ...template, metadata: { ...template.metadata, labels } };
}

export function templatesEqual(a: PodTemplate, b: PodTemplate): boolean {
  return isDeepStrictEqual(withoutHash(a), withoutHash(b));
}

/** FNV-1a over the template, written in the letters Kubernetes uses. The value differs from a real server's, its behaviour does not. */
export function templateHash(template: PodTemplate, collisionCount = 0): string {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(sortedJson(template) + (collisionCount || ""))) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return [...String(hash)].map((digit) => ALPHABET[digit.charCodeAt(0) % ALPHABET.length]).join("");
}
