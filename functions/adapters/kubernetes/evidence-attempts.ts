import type { Gap } from "../../domain/diagnosis/evidence-bundle.ts";
import { PermissionError } from "../../domain/errors.ts";
import { redactedTo } from "../../domain/redact.ts";

const WHY_LENGTH = 500;

/** Reads that may fail: each gives its answer or null, and what it did not give is a gap with the reason. */
export class Attempts {
  readonly #gaps = new Map<string, Gap>();

  /** In the order in which they came up. */
  get gaps(): readonly Gap[] {
    return [...this.#gaps.values()];
  }

  /** Null when the read failed, was refused or is late; a late one goes on, unread. `optional`: a missing permission is no fault of ours. */
  async of<T>(what: string, milliseconds: number, read: () => Promise<T>, optional = false): Promise<T | null> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<null>((resolve) => {
      timer = setTimeout(() => {
        this.#gaps.set(what, { what, why: `no answer within ${milliseconds / 1000} s`, permission: false });
        resolve(null);
      }, milliseconds);
    });
    const answered = read().catch((error: unknown) => {
      const why = redactedTo(WHY_LENGTH, error instanceof Error ? error.message : String(error));
      this.#gaps.set(what, { what, why, permission: error instanceof PermissionError && !optional });
      return null;
    });
    return Promise.race([answered, late]).finally(() => clearTimeout(timer));
  }
}
