import type { ClusterExchange } from "./kubernetes-client-exchange.ts";
import { readOne } from "./kubernetes-client-reads.ts";

/** Which versions of an API group the server has, asked once a group. A group that is absent is asked for again: it may be installed meanwhile. */
export function servedVersions(exchange: ClusterExchange): (group: string) => Promise<readonly string[]> {
  const known = new Map<string, Promise<readonly string[]>>();

  async function ask(group: string): Promise<readonly string[]> {
    const found = await readOne<{ versions?: readonly { version?: string }[] }>(exchange, `/apis/${encodeURIComponent(group)}`);
    const versions = (found?.versions ?? []).flatMap(({ version }) => (version === undefined ? [] : [version]));
    if (versions.length === 0) known.delete(group);
    return versions;
  }

  return async (group) => {
    if (group === "") return ["v1"];
    const answer = known.get(group) ?? ask(group);
    known.set(group, answer);
    answer.catch(() => known.delete(group));
    return answer;
  };
}
