/** Documents that are kept beside the table: full snapshots, evidence, sealed contents of Secrets. Throws `TransientUpstreamError` or `PermissionError`. */
export interface Archive {
  /** Stores the text under the key; the same key again replaces it, so keys come from the content and a repeat changes nothing. */
  put(key: string, body: string, contentType: "application/json" | "text/plain"): Promise<void>;
  /** Null when there is nothing under the key. Throws InvalidInputError when it is damaged, or S3 cannot give it (the key of its bucket is disabled). */
  get(key: string): Promise<string | null>;
  /** Nothing is under the key afterwards; the same when nothing was. What keeps versions keeps what was there until its own rule lets go of it. */
  remove(key: string): Promise<void>;
}
