/** What goes wrong. `drop-before-apply` breaks the connection before the API has seen the request, `drop-after-apply` after it was applied. */
export type FaultAction =
  | { readonly kind: "status"; readonly code: 429 | 500 | 503; readonly retryAfterSeconds?: number }
  | { readonly kind: "delay"; readonly milliseconds: number }
  | { readonly kind: "drop-before-apply" }
  | { readonly kind: "drop-after-apply" };

/** A fault for tests: which requests it meets, what happens to them, and how often. */
export interface FaultSpec {
  /** @default any method */
  readonly method?: string;
  /** Part of the path with query. @default any path */
  readonly path?: string;
  /** Which of the two ports. @default "kubernetes" */
  readonly server?: "kubernetes" | "eks";
  /** Whose requests; the demo's own (admin) are spared unless asked for. @default "eks" (callers with an EKS token) */
  readonly caller?: "eks" | "admin" | "any";
  readonly action: FaultAction;
  /** @default 1 */
  readonly times?: number;
  /** How many matching requests pass first. @default 0 */
  readonly skip?: number;
}

/** A fault that was planted; `hits` says how often it struck, so that a test can prove it did. */
export interface Fault extends FaultSpec {
  readonly id: number;
  readonly hits: number;
}

export interface FaultedRequest {
  readonly server: "kubernetes" | "eks";
  readonly caller: "eks" | "admin";
  readonly method: string;
  readonly path: string;
}

interface LiveFault extends FaultSpec {
  readonly id: number;
  hits: number;
  passed: number;
}

function meets(fault: FaultSpec, request: FaultedRequest): boolean {
  const caller = fault.caller ?? "eks";
  return (
    (fault.server ?? "kubernetes") === request.server &&
    (caller === "any" || request.server === "eks" || caller === request.caller) &&
    (fault.method === undefined || fault.method === request.method) &&
    (fault.path === undefined || request.path.includes(fault.path))
  );
}

/** The faults of one front. */
export class FaultBook {
  readonly #faults: LiveFault[] = [];
  #lastId = 0;

  add(spec: FaultSpec): Fault {
    this.#lastId += 1;
    const fault: LiveFault = { ...spec, id: this.#lastId, hits: 0, passed: 0 };
    this.#faults.push(fault);
    return fault;
  }

  list(): readonly Fault[] {
    return this.#faults;
  }

  clear(): void {
    this.#faults.length = 0;
  }

  /** The fault that strikes this request, if one does; it counts as hit. */
  strike(request: FaultedRequest): FaultAction | undefined {
    for (const fault of this.#faults) {
      if (fault.hits >= (fault.times ?? 1) || !meets(fault, request)) continue;
      if (fault.passed < (fault.skip ?? 0)) {
        fault.passed += 1;
        continue;
      }
      fault.hits += 1;
      return fault.action;
    }
    return undefined;
  }
}
