const PREFIX = "rollguard-snap-";
const HASH_CHARACTERS = 12;
/** Kubernetes takes 253 characters for the name of a ConfigMap or Secret. */
const MOST_NAME_CHARACTERS = 253 - PREFIX.length - 1 - HASH_CHARACTERS;

/** Name of the immutable copy of one content of a ConfigMap or Secret: the same content has one copy. */
export function copyName(name: string, dataHash: string): string {
  const hash = dataHash
    .replaceAll(/[^0-9a-zA-Z]/g, "")
    .toLowerCase()
    .slice(0, HASH_CHARACTERS);
  return `${PREFIX}${name.slice(0, MOST_NAME_CHARACTERS).replace(/[^a-z0-9]+$/, "")}-${hash}`;
}
