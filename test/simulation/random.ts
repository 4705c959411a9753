/** Seeded randomness: the same seed tells the same year. */
export interface Random {
  /** 0 <= n < 1. */
  next(): number;
  chance(probability: number): boolean;
  between(from: number, to: number): number;
  pick<Item>(items: readonly Item[]): Item;
  /** `count` hex characters. */
  hex(count: number): string;
  /** A stream of its own, so that one who draws more often changes nobody else's story. */
  fork(name: string): Random;
}

/** Mulberry32: 32 bits of state, enough for a story. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    next,
    chance: (probability) => next() < probability,
    between: (from, to) => from + (to - from) * next(),
    pick: (items) => {
      const item = items[Math.floor(next() * items.length)];
      if (item === undefined) throw new Error("there is nothing to pick from");
      return item;
    },
    hex: (count) => Array.from({ length: count }, () => Math.floor(next() * 16).toString(16)).join(""),
    fork: (name) => seededRandom([...name].reduce((sum, character) => Math.imul(sum, 31) + character.charCodeAt(0), seed ^ 0x5bd1e995)),
  };
}
