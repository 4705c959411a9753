import * as z from "zod/mini";
import type { MacKey } from "../../ports/mac-key.ts";
import { type KmsOptions, kmsRequest } from "./kms-request.ts";

const MacSchema = z.object({ Mac: z.string() });

/** HMAC-SHA-256 by a key that never leaves KMS. The message is a digest, since KMS takes 4,096 bytes at most. */
export function kmsMacKey(keyId: string, options: KmsOptions = {}): MacKey {
  return {
    async mac(sha256) {
      const Message = Buffer.from(sha256).toString("base64");
      const { Mac } = await kmsRequest("GenerateMac", { KeyId: keyId, MacAlgorithm: "HMAC_SHA_256", Message }, MacSchema, options);
      return Mac;
    },
  };
}
