import { Document, isMap, isSeq, type Node } from "yaml";
import type { AuthoredBlueprint } from "../../functions/domain/blueprint-authored.ts";
import type { ImportedTrigger } from "./imported.ts";
import { withoutAddresses } from "./without-addresses.ts";

/** A blueprint to be written, with what stands over it and over each of its triggers. */
export interface WrittenBlueprint {
  readonly metadata: AuthoredBlueprint["metadata"];
  readonly spec: Omit<NonNullable<AuthoredBlueprint["spec"]>, "triggers">;
  readonly triggers: readonly ImportedTrigger[];
  readonly verification: AuthoredBlueprint["verification"] | null;
  readonly decide: readonly string[];
}

const LINE = 120;

/** YAML of a blueprint. What a person must decide is a comment that begins with `DECIDE:`; the same input gives the same bytes. */
export function writeBlueprint({ metadata, spec, triggers, verification, decide }: WrittenBlueprint): string {
  const document = new Document({
    metadata,
    spec: { ...spec, triggers: triggers.map(({ trigger }) => trigger) },
    ...(verification === null ? {} : { verification }),
  });
  document.commentBefore = decide.map((text) => comment(text)).join("\n") || null;
  for (const [index, item] of triggers.entries()) {
    const node = document.getIn(["spec", "triggers", index], true);
    if (item.decide.length > 0 && isMap(node)) node.commentBefore = item.decide.map((text) => comment(text)).join("\n");
  }
  spaced(document.contents);
  spaced(document.get("spec", true));
  return document.toString({ lineWidth: 0 });
}

/** An empty line between the sections. */
function spaced(node: unknown): void {
  if (!isMap(node) && !isSeq(node)) return;
  for (const [index, item] of node.items.entries()) {
    const key = (item as { readonly key?: Node }).key;
    if (index > 0 && key !== undefined) key.spaceBefore = isMap(node.get(String(key), true)) || isSeq(node.get(String(key), true));
  }
}

function comment(text: string): string {
  const lines: string[] = [];
  for (const word of `DECIDE: ${withoutAddresses(text)}`.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length + 1 <= LINE) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(last === undefined ? word : `  ${word}`);
  }
  return lines.map((line) => ` ${line}`).join("\n");
}
