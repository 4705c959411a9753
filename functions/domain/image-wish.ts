/** One image that a person wants in a container: `name@sha256:...`, or `container=name@sha256:...` for another than the first. */
export interface ImageWish {
  /** Null = the first container of the template. */
  readonly container: string | null;
  /** `name@sha256:...` */
  readonly image: string;
  readonly digest: string;
}

/** Stands for the first container in a table of images by container: no container is called so. */
export const FIRST_CONTAINER = "";

const WISH = /^(?:([a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?)=)?([A-Za-z0-9][A-Za-z0-9._:/-]{0,240})@(sha256:[0-9a-f]{64})$/;

/** What was asked for, or what is wrong with it. Only a digest says which image will run: a tag may name another one by now, and another one later. */
export function parseImageWish(text: string): ImageWish | { readonly problem: string } {
  const found = WISH.exec(text);
  if (found === null) {
    const why = text.includes("@sha256:")
      ? "that is no digest of 64 hexadecimal digits"
      : "a tag may name another image by now, so the digest is needed";
    return { problem: `${text}: ${why}; expected [container=]name@sha256:<64 hexadecimal digits>` };
  }
  const [, container = null, name = "", digest = ""] = found;
  return { container, image: `${withoutTag(name)}@${digest}`, digest };
}

/** The colon of a port stands before the last slash. */
function withoutTag(name: string): string {
  const tagAt = name.indexOf(":", name.lastIndexOf("/") + 1);
  return tagAt === -1 ? name : name.slice(0, tagAt);
}
