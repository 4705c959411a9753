/** A keyed digest: the same content gives the same text, and nobody without the key can find the content by trying. Throws `TransientUpstreamError` or `PermissionError`. */
export interface MacKey {
  /** MAC over a SHA-256 (hex) of the content; base64. */
  mac(sha256: string): Promise<string>;
}
