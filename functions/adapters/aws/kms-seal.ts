import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";
import * as z from "zod/mini";
import { InvalidInputError } from "../../domain/errors.ts";
import type { Seal, SealContext } from "../../ports/seal.ts";
import { type KmsOptions, kmsRequest } from "./kms-request.ts";

const CIPHER = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

const DataKeySchema = z.object({ Plaintext: z.string(), CiphertextBlob: z.string() });
const PlaintextSchema = z.object({ Plaintext: z.string() });

/**
 * Envelope encryption: gzip, then AES-256-GCM under a data key of its own, which only KMS can open, and only for the same cluster, namespace and
 * service (the encryption context, which CloudTrail shows).
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

    async open({ dataKey, nonce, sealed }, context) {
      try {
        const { Plaintext } = await kmsRequest(
          "Decrypt",
          { KeyId: keyId, CiphertextBlob: dataKey, EncryptionContext: { ...context } },
          PlaintextSchema,
          options,
        );
        const bytes = Buffer.from(sealed, "base64");
        const decipher = createDecipheriv(CIPHER, Buffer.from(Plaintext, "base64"), Buffer.from(nonce, "base64"))
          .setAAD(associated(context))
          .setAuthTag(bytes.subarray(-TAG_BYTES));
        return gunzipSync(Buffer.concat([decipher.update(bytes.subarray(0, -TAG_BYTES)), decipher.final()])).toString("utf8");
      } catch (cause) {
        if (!isNotOurs(cause)) throw cause;
        throw new InvalidInputError(
          `the kept template of ${context.service} was sealed for something else, or was changed`,
          { ...context },
          { cause },
        );
      }
    },
  };
}

function associated(context: SealContext): Buffer {
  return Buffer.from(JSON.stringify([context.cluster, context.namespace, context.service]));
}

/** KMS says so of another context or key; Node's cipher of changed bytes. */
function isNotOurs(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (
    /^(InvalidCiphertextException|IncorrectKeyException)$/.test(error.name) ||
    /unable to authenticate|incorrect header check/.test(error.message)
  );
}
