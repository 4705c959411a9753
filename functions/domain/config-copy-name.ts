import type { Sha256 } from "./execution-name.ts";

const PREFIX = "rollguard-snap-";
const HASH_CHARACTERS = 12;
/** Kubernetes takes 253 characters for the name of a ConfigMap or Secret. */
const MOST_NAME_CHARACTERS = 253 - PREFIX.length - 1 - HASH_CHARACTERS;

/** What a copy is of; `service`: whose release it is kept for. */
export interface CopiedContent {
  readonly service: string;
  readonly name: string;
  readonly dataHash: string;
}

/**
 * Name of the immutable copy of one content of a ConfigMap or Secret: the same content has one copy for each service. Who shares an original with another
 * service has a copy of his own, so that nobody else's pruning takes it.
 */
export function copyName({ service, name, dataHash }: CopiedContent, sha256: Sha256): string {
  const hash = sha256(JSON.stringify([service, dataHash])).slice(0, HASH_CHARACTERS);
  return `${PREFIX}${name.slice(0, MOST_NAME_CHARACTERS).replace(/[^a-z0-9]+$/, "")}-${hash}`;
}
