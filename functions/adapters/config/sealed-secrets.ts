import * as z from "zod/mini";
import type { Target } from "../../domain/blueprint.ts";
import type { ConfigRef } from "../../domain/cluster-action.ts";
import { InvalidInputError } from "../../domain/errors.ts";
import { sealedSecretKey, serviceOfSealedKey } from "../../domain/sealed-secret.ts";
import type { Archive } from "../../ports/archive.ts";
import type { MacKey } from "../../ports/mac-key.ts";
import type { SealedTemplate } from "../../ports/release-ledger.ts";
import type { Seal } from "../../ports/seal.ts";
import { type ConfigObject, releaseHashOf } from "./config-object.ts";

const SealedSchema = z.strictObject({ dataKey: z.string(), nonce: z.string(), sealed: z.string() });
const ContentSchema = z.strictObject({ type: z.string(), data: z.record(z.string(), z.string()) });

/** Which content of which Secret. */
export type SecretRef = Pick<ConfigRef, "name"> & { readonly dataHash: string };

/** A content that was opened, or why there is none. */
export type Opened = { readonly content: ConfigObject } | { readonly problem: string };

/** Contents of Secrets in the archive, each sealed for its cluster, namespace, service and name. Both throw `TransientUpstreamError` or `PermissionError`. */
export interface SealedSecrets {
  /** Seals the content, and opens what was stored before it says so. What is there already and opens is left alone. */
  keep(
    target: Target,
    service: string,
    ref: SecretRef,
    source: ConfigObject,
  ): Promise<{ readonly kept: "new" | "before" } | { readonly problem: string }>;
  /** The content under the key of a release's reference, if it is the one that the reference names. */
  open(target: Target, key: string, ref: SecretRef): Promise<Opened>;
}

export interface SealedSecretsPorts {
  readonly archive: Archive;
  readonly seal: Seal;
  readonly macKey: MacKey;
}

export function sealedSecrets({ archive, seal, macKey }: SealedSecretsPorts): SealedSecrets {
  async function open(target: Target, key: string, ref: SecretRef): Promise<Opened> {
    const what = `the sealed content of Secret ${target.namespace}/${ref.name}`;
    const service = serviceOfSealedKey(key, target, ref);
    if (service === null) return { problem: `${key} is not where ${what} is kept` };
    try {
      const stored = await archive.get(key);
      if (stored === null) return { problem: `${what} (${key}) is not there` };
      const sealed = parsed(stored, SealedSchema);
      if (sealed === null) return { problem: `${what} (${key}) is not readable: it was changed` };
      const content = parsed(await seal.open(sealed, contextOf(target, service, ref)), ContentSchema);
      if (content === null) return { problem: `${what} (${key}) holds something else` };
      if ((await releaseHashOf("Secret", content, macKey)) !== ref.dataHash)
        return { problem: `${what} (${key}) is not what the Secret had` };
      return { content };
    } catch (error) {
      if (error instanceof InvalidInputError) return { problem: `${what} cannot be opened: ${error.message}` };
      throw error;
    }
  }

  return {
    open,
    async keep(target, service, ref, source) {
      const key = sealedSecretKey(target, service, ref.name, ref.dataHash);
      // The digest is of the data alone: the same data under another type is another content.
      const type = source.type ?? "Opaque";
      const isKept = (found: Opened) => "content" in found && found.content.type === type;
      if (isKept(await open(target, key, ref))) return { kept: "before" };
      const sealed: SealedTemplate = await seal.close(JSON.stringify({ type, data: source.data ?? {} }), contextOf(target, service, ref));
      await archive.put(key, JSON.stringify(sealed), "application/json");
      const found = await open(target, key, ref);
      if ("problem" in found) return found;
      return isKept(found) ? { kept: "new" } : { problem: `Secret ${ref.name} was sealed as another type meanwhile` };
    },
  };
}

function contextOf({ cluster, namespace }: Target, service: string, { name }: SecretRef) {
  return { cluster, namespace, service, secret: name };
}

/** Null for anything else. What JSON.parse or the schema say of it is not passed on: it may quote the text. */
function parsed<Schema extends z.ZodMiniType>(text: string, schema: Schema): z.infer<Schema> | null {
  try {
    const { success, data } = schema.safeParse(JSON.parse(text));
    return success ? data : null;
  } catch {
    return null;
  }
}
