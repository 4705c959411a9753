import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";
import * as z from "zod/mini";
import { InvalidInputError } from "../../domain/errors.ts";
import type { SealedTemplate } from "../../ports/release-ledger.ts";
import type { Seal, SealContext } from "../../ports/seal.ts";
import { AwsRefusal } from "./aws-refusal.ts";
import { type KmsOptions, kmsRequest } from "./kms-request.ts";

const CIPHER = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

const DataKeySchema = z.object({ Plaintext: z.string(), CiphertextBlob: z.string() });
const PlaintextSchema = z.object({ Plaintext: z.string() });

/**
 * Envelope encryption: gzip, then AES-256-GCM under a data key of its own, which only KMS can open, and only for the same cluster, namespace, service
 * and, of a Secret, name, or of a token, incident (the encryption context, which CloudTrail shows).
 */
export function kmsSeal(keyId: string, options: KmsOptions = {}): Seal {
  return {
    async close(text, context) {
      const { Plaintext, CiphertextBlob } = await kmsRequest(
        "GenerateDataKey",
        { KeyId: keyId, KeySpec: "AES_256", EncryptionContext: { ...context } },
        DataKeySchema,
        options,
      );
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(CIPHER, Buffer.from(Plaintext, "base64"), nonce).setAAD(associated(context));
      const sealed = Buffer.concat([cipher.update(gzipSync(text)), cipher.final(), cipher.getAuthTag()]);
      return { dataKey: CiphertextBlob, nonce: nonce.toString("base64"), sealed: sealed.toString("base64") };
    },

    async open(sealed, context) {
      const body = { KeyId: keyId, CiphertextBlob: sealed.dataKey, EncryptionContext: { ...context } };
      const { Plaintext } = await kmsRequest("Decrypt", body, PlaintextSchema, options).catch((cause: unknown) => {
        throw cause instanceof AwsRefusal ? unopened(context, cause) : cause;
      });
      try {
        return decrypted(sealed, Buffer.from(Plaintext, "base64"), context);
      } catch (cause) {
        throw unopened(context, cause);
      }
    },
  };
}

/** Throws what Node's cipher and gunzip throw of changed bytes: nothing in it is of the text. */
function decrypted({ nonce, sealed }: SealedTemplate, key: Buffer, context: SealContext): string {
  const bytes = Buffer.from(sealed, "base64");
  const decipher = createDecipheriv(CIPHER, key, Buffer.from(nonce, "base64"), { authTagLength: TAG_BYTES })
    .setAAD(associated(context))
    .setAuthTag(bytes.subarray(-TAG_BYTES));
  return gunzipSync(Buffer.concat([decipher.update(bytes.subarray(0, -TAG_BYTES)), decipher.final()])).toString("utf8");
}

/** Templates that were kept before contents of Secrets were have the first three alone: so it stays. */
function associated({ cluster, namespace, service, secret, approval }: SealContext): Buffer {
  const kind = secret === undefined ? [] : [secret];
  // a second name, which nothing else has: no Secret's content passes for a token
  return Buffer.from(JSON.stringify([cluster, namespace, service, ...kind, ...(approval === undefined ? [] : ["approval", approval])]));
}

/** KMS says with two names that the context or the key is another; with others, that the key cannot be used at all (disabled, to be deleted). */
function unopened(context: SealContext, cause: unknown): InvalidInputError {
  const what = `the kept ${kindOf(context)} of ${context.service}`;
  const unusable = cause instanceof AwsRefusal && !/^(InvalidCiphertextException|IncorrectKeyException)$/.test(cause.name);
  const why = unusable ? `cannot be opened (${cause.name}: ${cause.message})` : "was sealed for something else, or was changed";
  return new InvalidInputError(`${what} ${why}`, { ...context }, { cause });
}

function kindOf({ secret, approval }: SealContext): string {
  if (approval !== undefined) return `token of ${approval}`;
  return secret === undefined ? "template" : `content of Secret ${secret}`;
}
