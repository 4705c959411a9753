import type { Archive } from "../../../functions/ports/archive.ts";

/** Keeps texts for the length of a test. */
export class InMemoryArchive implements Archive {
  readonly stored = new Map<string, string>();

  async put(key: string, body: string): Promise<void> {
    this.stored.set(key, body);
  }

  async get(key: string): Promise<string | null> {
    return this.stored.get(key) ?? null;
  }

  async remove(key: string): Promise<void> {
    this.stored.delete(key);
  }
}
