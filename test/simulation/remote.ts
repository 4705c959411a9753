import { TransientUpstreamError } from "../../functions/domain/errors.ts";
import type { Random } from "./random.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** How often calls go wrong, of one. `late`: the function is killed, and its request arrives up to a minute after that. */
export interface Trouble {
  readonly lost: number;
  readonly lostReply: number;
  readonly killed: number;
  readonly late: number;
}

/** How often each kind really struck, so that nothing is asserted about faults that never happened. */
export type TroubleCounts = Record<keyof Trouble, number>;

/**
 * A port on the other side of a network: every call takes a moment of virtual time, in which others go on; some are lost before or after they were applied,
 * some never come back because their function was killed, and of these some arrive all the same, long after.
 */
export function remote<Port extends object>(
  port: Port,
  { time, random, trouble, counts }: { time: VirtualTime; random: Random; trouble: Trouble; counts: TroubleCounts },
): Port {
  return new Proxy(port, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property, target);
      if (typeof value !== "function") return value;
      return async (...parameters: unknown[]): Promise<unknown> => {
        const call = () => value.apply(target, parameters);
        await time.sleep(random.between(0.005, 0.25));
        let luck = random.next();
        const strikes = (kind: keyof Trouble) => {
          luck -= trouble[kind];
          if (luck >= 0) return false;
          luck = Number.POSITIVE_INFINITY;
          counts[kind] += 1;
          return true;
        };
        if (strikes("lost")) throw new TransientUpstreamError(`${String(property)} was lost`);
        if (strikes("lostReply")) {
          await call();
          throw new TransientUpstreamError(`the reply to ${String(property)} was lost`);
        }
        if (strikes("killed")) {
          if (random.chance(0.5)) await call();
          return new Promise(() => {});
        }
        if (strikes("late")) {
          time.after(random.between(1, 110), async () => {
            // nobody is left who would hear of an error
            await Promise.resolve()
              .then(call)
              .catch(() => {});
          });
          return new Promise(() => {});
        }
        return await call();
      };
    },
  });
}
