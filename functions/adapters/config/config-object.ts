import type { ObjectMeta } from "kubernetes-types/meta/v1.d.ts";
import type { Target } from "../../domain/blueprint.ts";
import type { ConfigRef } from "../../domain/cluster-action.ts";
import { InvalidInputError } from "../../domain/errors.ts";
import type { MacKey } from "../../ports/mac-key.ts";
import { dataHashOf } from "../kubernetes/snapshot-lists.ts";

/** A ConfigMap or a Secret, which has no `binaryData`. */
export interface ConfigObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: ObjectMeta;
  readonly type?: string;
  readonly immutable?: boolean;
  readonly data?: Readonly<Record<string, string>>;
  readonly binaryData?: Readonly<Record<string, string>>;
}

/** Where all ConfigMaps or Secrets of a target's namespace are. */
export function configsPath({ namespace }: Target, kind: ConfigRef["kind"]): string {
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/${kind === "ConfigMap" ? "configmaps" : "secrets"}`;
}

export function configPath(target: Target, { kind, name }: Pick<ConfigRef, "kind" | "name">): string {
  return `${configsPath(target, kind)}/${encodeURIComponent(name)}`;
}

/** The hash by which a release names this content: of a Secret a MAC. Throws InvalidInputError where Secrets are not to be looked at. */
export async function releaseHashOf(kind: ConfigRef["kind"], object: ConfigObject, macKey: MacKey | null): Promise<string> {
  const hash = dataHashOf(object);
  if (kind === "ConfigMap") return hash;
  if (macKey === null) throw new InvalidInputError("contents of Secrets are not looked at here: this function has no MAC key");
  return macKey.mac(hash);
}
