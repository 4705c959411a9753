export { copyName } from "../../domain/config-copy-name.ts";

/** Label of a copy: the service whose release it belongs to. */
export const COPY_LABEL = "rollguard.dev/service";
/** Annotation of a copy: the name of its source, which may be too long for a label. */
export const COPY_ANNOTATION = "rollguard.dev/copy-of";
