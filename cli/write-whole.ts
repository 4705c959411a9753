import { randomUUID } from "node:crypto";
import { link, rename, rm, writeFile } from "node:fs/promises";

/**
 * Writes a file whole or not at all: beside its place first, then into it in one step. False when a file is there already and may not be
 * replaced; nothing has been written then.
 */
export async function writeWhole(path: string, text: string, replace: boolean): Promise<boolean> {
  const beside = `${path}.${randomUUID()}.tmp`;
  try {
    await writeFile(beside, text, { flag: "wx" });
    if (replace) await rename(beside, path);
    else await link(beside, path);
    return true;
  } catch (error) {
    if (!replace && error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  } finally {
    await rm(beside, { force: true });
  }
}
