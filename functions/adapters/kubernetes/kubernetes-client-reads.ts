import type { ListSelectors, TextAnswer } from "./kubernetes-client.ts";
import type { ClusterExchange } from "./kubernetes-client-exchange.ts";
import { messageOf, parsed, refusal } from "./kubernetes-client-refusals.ts";

const MOST_TEXT_BYTES = 256 * 1024;

/** One object; null on 404. */
export async function readOne<T>(exchange: ClusterExchange, path: string): Promise<T | null> {
  const answer = await exchange.send({ method: "GET", path });
  if (answer.status === 404) return null;
  if (answer.status === 200) return parsed<T>(answer, path);
  throw refusal(answer, `GET ${path}`);
}

/** Every page of a list; null on 404. */
export async function readAll<T>(
  exchange: ClusterExchange,
  path: string,
  selectors: ListSelectors,
  pageSize: number,
): Promise<readonly T[] | null> {
  const { labelSelector = "", fieldSelector = "" } = typeof selectors === "string" ? { labelSelector: selectors } : selectors;
  const items: T[] = [];
  let next = "";
  do {
    const query = new URLSearchParams({ limit: String(pageSize) });
    if (labelSelector) query.set("labelSelector", labelSelector);
    if (fieldSelector) query.set("fieldSelector", fieldSelector);
    if (next) query.set("continue", next);
    const page = await readOne<{ items?: T[] | null; metadata?: { continue?: string } }>(exchange, `${path}?${query}`);
    if (page === null) return null;
    items.push(...(page.items ?? []));
    next = page.metadata?.continue ?? "";
  } while (next);
  return items;
}

/** Plain text; what is longer than 256 KiB is not read to its end. */
export async function readText(exchange: ClusterExchange, path: string): Promise<TextAnswer> {
  const answer = await exchange.send({ method: "GET", path, accept: "*/*" }, MOST_TEXT_BYTES);
  switch (answer.status) {
    case 200:
      return { outcome: "text", text: cutText(answer.bytes, answer.whole) };
    case 404:
      return { outcome: "absent" };
    case 400:
      return { outcome: "refused", message: messageOf(answer) };
    default:
      throw refusal(answer, `GET ${path}`);
  }
}

/** A cut may go through a character: its first bytes are left out. */
function cutText(bytes: Buffer, whole: boolean): string {
  return new TextDecoder().decode(bytes, { stream: !whole });
}
