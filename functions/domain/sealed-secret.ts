import type { Target } from "./blueprint.ts";
import type { ConfigRef } from "./cluster-action.ts";
import type { Release } from "./release.ts";

const FOLDER = "secrets";

/**
 * Key of the archive's object that holds one content of a Secret, sealed. The same content has one object: `mac` is the keyed digest by which a release
 * names it, in base64.
 */
export function sealedSecretKey({ cluster, namespace }: Pick<Target, "cluster" | "namespace">, service: string, name: string, mac: string) {
  const content = mac.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  return [FOLDER, service, cluster, namespace, name, `${content}.json`].join("/");
}

/** Does a copy lie in the archive? The names of those in a cluster have no slash. */
export function isSealedCopy(copy: string): boolean {
  return copy.startsWith(`${FOLDER}/`);
}

/** Keys of the sealed contents that any of these releases refers to. */
export function sealedCopiesOf(releases: readonly Pick<Release, "parts">[]): ReadonlySet<string> {
  const copies = releases.flatMap(({ parts }) => parts.configs.flatMap(({ copy }) => copy ?? []));
  return new Set(copies.filter(isSealedCopy));
}

/** The service under whose name the content was sealed; null where the key is not the one of this Secret's content. */
export function serviceOfSealedKey(key: string, target: Pick<Target, "cluster" | "namespace">, ref: Pick<ConfigRef, "name" | "dataHash">) {
  const service = key.split("/")[1] ?? "";
  return ref.dataHash !== null && key === sealedSecretKey(target, service, ref.name, ref.dataHash) ? service : null;
}
