import { type FieldLayout, itemKey } from "./field-layout.ts";

type Fields = Record<string, unknown>;

/** One field of an object: segments `f:name`, `k:{"name":"c"}` or `v:"value"`, as in FieldsV1, one a line. */
export type FieldPath = string;

/** What stands for maps and lists whose parts are fields of their own. */
const CONTAINER = " container";
const EMPTY = " empty";

/** What nobody owns: it names the object or is the server's business. */
const UNOWNED = new Set([
  "f:apiVersion",
  "f:kind",
  "f:metadata",
  ...[
    "name",
    "namespace",
    "uid",
    "resourceVersion",
    "generation",
    "creationTimestamp",
    "managedFields",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "selfLink",
  ].map((field) => `f:metadata\nf:${field}`),
]);

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Every field of an object with its value as text; containers are there too. */
export function fieldValues(object: unknown, layout: FieldLayout): Map<FieldPath, string> {
  const values = new Map<FieldPath, string>();
  const walk = (value: unknown, at: FieldLayout, path: FieldPath): void => {
    const isMap = isFields(value) && !at.isAtomic;
    const isList = Array.isArray(value) && at.list !== "atomic";
    if (!isMap && !isList) {
      if (value !== undefined) values.set(path, JSON.stringify(value));
      return;
    }
    const isEmpty = isMap ? Object.keys(value).length === 0 : (value as unknown[]).length === 0;
    if (path !== "") values.set(path, isEmpty ? EMPTY : CONTAINER);
    const below = path === "" ? "" : `${path}\n`;
    if (isMap) {
      for (const [key, part] of Object.entries(value)) {
        const inner = `${below}f:${key}`;
        if (!UNOWNED.has(inner) || inner === "f:metadata") walk(part, at.of(key), inner);
      }
    } else {
      for (const item of value as unknown[]) {
        if (typeof at.list === "string") values.set(`${below}v:${JSON.stringify(item)}`, JSON.stringify(item));
        else walk(item, at.items, `${below}k:${itemKey(item, at.list)}`);
      }
    }
  };
  walk(object, layout, "");
  values.delete("f:metadata");
  return values;
}

/** The fields that an applied configuration claims: its values, its list items and its empty maps, not the maps around them. */
export function claimedFields(configuration: unknown, layout: FieldLayout): Set<FieldPath> {
  const claimed = new Set<FieldPath>();
  for (const [path, value] of fieldValues(configuration, layout)) {
    if (value !== CONTAINER || lastSegment(path).startsWith("k:")) claimed.add(path);
  }
  return claimed;
}

export interface FieldChanges {
  /** Added or given another value. */
  readonly changed: Set<FieldPath>;
  readonly removed: Set<FieldPath>;
}

/** What is different between two objects, field by field. */
export function compareFields(before: unknown, after: unknown, layout: FieldLayout): FieldChanges {
  const [old, current] = [fieldValues(before ?? {}, layout), fieldValues(after, layout)];
  const same = (one: string | undefined, other: string): boolean => one === other || (other.startsWith(" ") && (one ?? "").startsWith(" "));
  const changed = new Set([...current].filter(([path, value]) => !same(old.get(path), value)).map(([path]) => path));
  return { changed, removed: new Set([...old.keys()].filter((path) => !current.has(path))) };
}

export function lastSegment(path: FieldPath): string {
  return path.slice(path.lastIndexOf("\n") + 1);
}

/** The fields around a field, from the outside in, without itself. */
export function ancestorsOf(path: FieldPath): FieldPath[] {
  const segments = path.split("\n");
  return segments.slice(1).map((_segment, index) => segments.slice(0, index + 1).join("\n"));
}

/** FieldsV1: nested maps of segments; "." marks a field that is owned besides its parts. */
export function encodeFields(paths: ReadonlySet<FieldPath>): Fields {
  const root: Fields = {};
  // a field sorts before its parts, so that "." comes first in it
  for (const path of [...paths].sort()) {
    let at = "";
    let node = root;
    for (const segment of path.split("\n")) {
      if (at !== "" && paths.has(at)) node["."] ??= {};
      node[segment] ??= {};
      node = node[segment] as Fields;
      at = at === "" ? segment : `${at}\n${segment}`;
    }
  }
  return root;
}

export function decodeFields(node: Fields, path: FieldPath = ""): Set<FieldPath> {
  const keys = Object.keys(node);
  const paths = new Set<FieldPath>();
  if (path !== "" && (keys.length === 0 || keys.includes("."))) paths.add(path);
  for (const key of keys) {
    const part = node[key];
    if (key === "." || !isFields(part)) continue;
    for (const inner of decodeFields(part, path === "" ? key : `${path}\n${key}`)) paths.add(inner);
  }
  return paths;
}

/** A field as conflicts name it: `.spec.template.spec.containers[name="c"].image`. */
export function fieldText(path: FieldPath): string {
  return path
    .split("\n")
    .map((segment) => {
      const rest = segment.slice(2);
      if (segment.startsWith("f:")) return `.${rest}`;
      if (segment.startsWith("v:")) return `[=${rest}]`;
      const parts = Object.entries(JSON.parse(rest) as Fields).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
      return `[${parts.join(",")}]`;
    })
    .join("");
}

export const plus = (one: ReadonlySet<FieldPath>, other: ReadonlySet<FieldPath>): Set<FieldPath> => new Set([...one, ...other]);

export const minus = (one: ReadonlySet<FieldPath>, other: ReadonlySet<FieldPath>): Set<FieldPath> =>
  new Set([...one].filter((path) => !other.has(path)));

export const inBoth = (one: ReadonlySet<FieldPath>, other: ReadonlySet<FieldPath>): FieldPath[] =>
  [...one].filter((path) => other.has(path));
