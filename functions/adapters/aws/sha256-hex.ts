import { createHash } from "node:crypto";

/** SHA-256 as lower-case hex, for domain functions that name things by content. */
export function sha256Hex(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
