/** A line that a container wrote. */
export interface LogLine {
  /** RFC 3339. */
  readonly at: string;
  readonly text: string;
}

/** Where the log of a container comes from; undefined when that container (or, with `previous`, an earlier one) never ran. */
export interface LogSource {
  logs(pod: { readonly uid: string }, container: string, previous: boolean): readonly LogLine[] | undefined;
}

const LINES_KEPT = 1_000;

/** Keeps what the containers of the kubelet model wrote: the current and the previous run of each, as a kubelet does. */
export class LogBook implements LogSource {
  readonly #runs = new Map<string, Map<string, LogLine[][]>>();

  /** A container starts (again). */
  start(uid: string, container: string): void {
    const containers = this.#runs.get(uid) ?? new Map<string, LogLine[][]>();
    this.#runs.set(uid, containers);
    containers.set(container, [[], ...(containers.get(container) ?? [])].slice(0, 2));
  }

  write(uid: string, container: string, text: string): void {
    const lines = this.#runs.get(uid)?.get(container)?.[0];
    if (!lines) return;
    for (const line of text.split("\n")) lines.push({ at: new Date().toISOString(), text: line });
    if (lines.length > LINES_KEPT) lines.splice(0, lines.length - LINES_KEPT);
  }

  logs({ uid }: { readonly uid: string }, container: string, previous: boolean): readonly LogLine[] | undefined {
    return this.#runs.get(uid)?.get(container)?.[previous ? 1 : 0];
  }

  /** The pod is gone. */
  forget(uid: string): void {
    this.#runs.delete(uid);
  }
}
