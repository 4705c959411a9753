import { createHmac, randomBytes } from "node:crypto";
import { type AwsReply, jsonRefusal, type RecordedCall } from "./recorded-aws.ts";

interface Asked {
  readonly CiphertextBlob?: string;
  readonly EncryptionContext?: object;
  readonly Message?: string;
}

/** KMS as far as sealing and digesting use it: data keys that open for their own encryption context alone. Its ciphertexts hold nothing of the keys. */
export function aKms(): (call: RecordedCall) => AwsReply {
  const keys = new Map<string, { readonly key: string; readonly context: string }>();
  const contextOf = ({ EncryptionContext = {} }: Asked) => JSON.stringify(Object.entries(EncryptionContext).sort());
  return ({ headers, body }) => {
    const asked = JSON.parse(body.toString()) as Asked;
    switch (String(headers["x-amz-target"]).split(".")[1]) {
      case "GenerateDataKey": {
        const [blob, key] = [randomBytes(48).toString("base64"), randomBytes(32).toString("base64")];
        keys.set(blob, { key, context: contextOf(asked) });
        return { status: 200, body: { Plaintext: key, CiphertextBlob: blob } };
      }
      case "Decrypt": {
        const found = keys.get(asked.CiphertextBlob ?? "");
        if (found?.context !== contextOf(asked)) return jsonRefusal(400, "InvalidCiphertextException");
        return { status: 200, body: { Plaintext: found.key } };
      }
      case "GenerateMac":
        return {
          status: 200,
          body: {
            Mac: createHmac("sha256", "of a test")
              .update(asked.Message ?? "")
              .digest("base64"),
          },
        };
      default:
        return jsonRefusal(400, "UnknownOperationException");
    }
  };
}
