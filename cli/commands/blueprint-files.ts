import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { badInput } from "../command-error.ts";

/** A file itself, or the `*.yaml` directly in a folder, sorted. Throws CommandError for a path without any. */
export function blueprintFiles(path: string): readonly string[] {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) throw badInput(`There is no ${path}. Name a folder of blueprints or a blueprint file.`);
  if (!stats.isDirectory()) return [path];
  const names = readdirSync(path).sort();
  const misnamed = names.filter((name) => name.endsWith(".yml"));
  if (misnamed.length > 0) throw badInput(`${join(path, misnamed[0] ?? "")} would not be read: blueprints end in .yaml. Rename it.`);
  const files = names.filter((name) => name.endsWith(".yaml")).map((name) => join(path, name));
  if (files.length === 0) throw badInput(`There is no blueprint (*.yaml) in ${path}. Name the folder that holds them.`);
  return files;
}
