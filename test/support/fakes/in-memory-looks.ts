import type { Look, LookRequest } from "../../../functions/domain/looks/look.ts";
import type { Looks } from "../../../functions/ports/looks.ts";

/** Looks in memory, conditional as on the table. */
export class InMemoryLooks implements Looks {
  private readonly items = new Map<string, Look>();

  async keep(look: Look): Promise<boolean> {
    const key = keyOf(look);
    if (this.items.has(key)) return false;
    this.items.set(key, structuredClone(look));
    return true;
  }

  async ofRun({ service, release, liveSince }: Pick<LookRequest, "service" | "release" | "liveSince">): Promise<readonly Look[]> {
    return (await this.ofService(service)).filter((look) => look.release === release && look.liveSince === liveSince);
  }

  async ofService(service: string): Promise<readonly Look[]> {
    return [...this.items.entries()]
      .filter(([, look]) => look.service === service)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([, look]) => structuredClone(look));
  }
}

function keyOf({ service, release, liveSince, minutes }: LookRequest): string {
  return `${service}#${release}@${liveSince}#${String(minutes).padStart(3, "0")}`;
}
