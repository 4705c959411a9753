/**
 * Wraps any port so that chosen calls fail: `before` = the call never reached the other side, `after` = it was applied and the reply got lost.
 * `hits` tells how often the fault struck, so that a test can assert it was not vacuous.
 */
export interface Fault<Port> {
  readonly method: keyof Port & string;
  readonly error: () => Error;
  readonly when: "before" | "after";
  /** How many calls fail before the port is well again. @default 1 */
  readonly times?: number;
}

export function faultyPort<Port extends object>(port: Port, fault: Fault<Port>): { readonly port: Port; readonly hits: () => number } {
  let hits = 0;
  const wrapped = new Proxy(port, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property, target);
      if (typeof value !== "function") return value;
      if (property !== fault.method) return value.bind(target);
      return async (...parameters: unknown[]) => {
        if (hits >= (fault.times ?? 1)) return value.apply(target, parameters);
        hits += 1;
        if (fault.when === "after") await value.apply(target, parameters);
        throw fault.error();
      };
    },
  });
  return { port: wrapped, hits: () => hits };
}
