import { createHash } from "node:crypto";
import { type CopiedContent, copyName as nameWith } from "../../domain/config-copy-name.ts";

/** Name of the copy of one content for one service, see the domain. */
export function copyName(content: CopiedContent): string {
  return nameWith(content, (text) => createHash("sha256").update(text).digest("hex"));
}

/** Label of a copy: the service whose release it belongs to. */
export const COPY_LABEL = "rollguard.dev/service";
/** Annotation of a copy: the name of its source, which may be too long for a label. */
export const COPY_ANNOTATION = "rollguard.dev/copy-of";
