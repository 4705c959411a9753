import { PermissionError } from "../../domain/errors.ts";

/** What a read gives, or null where it is not allowed: for facts that are nice to know. */
export async function readable<T>(read: () => Promise<T | null>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof PermissionError) return null;
    throw error;
  }
}
