const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };

/** The text of the first element of that name, for answers whose shape is fixed; null when there is none. Elements within it are not read. */
export function xmlText(xml: string, element: string): string | null {
  const found = new RegExp(`<${element}>([^<]*)</${element}>`).exec(xml)?.[1];
  return found === undefined ? null : found.replace(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, decoded);
}

function decoded(entity: string, decimal?: string, hexadecimal?: string, name = ""): string {
  if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
  if (hexadecimal !== undefined) return String.fromCodePoint(Number.parseInt(hexadecimal, 16));
  return ENTITIES[name] ?? entity;
}
