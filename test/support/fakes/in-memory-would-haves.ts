import { arrivalKey, type WouldHave } from "../../../functions/domain/would-have.ts";
import type { WouldHaves } from "../../../functions/ports/would-haves.ts";

/** Records in memory, conditional as on the table. */
export class InMemoryWouldHaves implements WouldHaves {
  private readonly items = new Map<string, WouldHave>();
  private readonly arrivals = new Map<string, string>();

  async record(wouldHave: WouldHave): Promise<"recorded" | "already-recorded"> {
    const arrival = arrivalKey(wouldHave);
    const first = arrival === null ? undefined : this.arrivals.get(`${wouldHave.service}#${arrival}`);
    const at = first ?? wouldHave.at;
    if (arrival !== null) this.arrivals.set(`${wouldHave.service}#${arrival}`, at);
    const key = keyOf({ ...wouldHave, at });
    if (this.items.has(key)) return "already-recorded";
    this.items.set(key, structuredClone({ ...wouldHave, at }));
    return "recorded";
  }

  async of(transition: Pick<WouldHave, "service" | "trigger" | "at">): Promise<WouldHave | null> {
    return structuredClone(this.items.get(keyOf(transition)) ?? null);
  }

  async list(service: string | null, limit: number): Promise<readonly WouldHave[]> {
    const order = (one: WouldHave) => `${one.at}#${service === null ? `${one.service}#` : ""}${one.trigger}`;
    return [...this.items.values()]
      .filter((one) => service === null || one.service === service)
      .sort((one, other) => (order(one) < order(other) ? 1 : -1))
      .slice(0, limit)
      .map((one) => structuredClone(one));
  }
}

function keyOf({ service, trigger, at }: Pick<WouldHave, "service" | "trigger" | "at">): string {
  return `${service}#${at}#${trigger}`;
}
