import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Blueprint } from "../functions/domain/blueprint.ts";
import type { AuthoredBlueprint } from "../functions/domain/blueprint-authored.ts";
import type { Binding } from "../functions/domain/blueprint-bindings.ts";
import { compileBlueprint, type StackBinding, TARGET_KEYS } from "../functions/domain/blueprint-compile.ts";
import { authoredProblem, type Problem } from "../functions/domain/blueprint-problem.ts";
import { readAuthored } from "../functions/domain/blueprint-read-authored.ts";
import { type GroupClaim, groupProblems } from "../functions/domain/group/group-problems.ts";
import { namesOfTrigger } from "../functions/domain/trigger-draft.ts";
import { readBlueprintDocument } from "./blueprint-document.ts";
import { BlueprintError, type LocatedProblem } from "./blueprint-error.ts";

/** What `rollguard validate` needs of one file. */
export interface ParsedBlueprintFile {
  /** As in messages: relative to the working directory where it lies below it. */
  readonly file: string;
  /** What was read; empty when it could not be. */
  readonly text: string;
  /** Null when the file does not have a blueprint's shape. */
  readonly authored: AuthoredBlueprint | null;
  /** Null while it cannot be armed. */
  readonly blueprint: Blueprint | null;
  readonly bindings: readonly Binding[];
  /** In the order of the file. Those of stage `arming` are about the stack's configuration, not about the file. */
  readonly problems: readonly LocatedProblem[];
}

/** A stack that gives nothing: enough to parse, not to arm. */
const NO_STACK: StackBinding = { metricPreset: "none" };

/** Parses one file and binds it to a stack. Problems are values here, also an unreadable file. */
export function parseBlueprintFile(path: string, stack: StackBinding = NO_STACK): ParsedBlueprintFile {
  return readFile(path, stack).parsed;
}

/** The same for text that is at hand; `file` is what messages call it. */
export function parseBlueprintText(text: string, file: string, stack: StackBinding = NO_STACK): ParsedBlueprintFile {
  return parse(text, file, stack).parsed;
}

/** The same for files that are deployed together: what one file may not say because an earlier one does is its problem too. */
export function parseBlueprintFiles(paths: readonly string[], stack: StackBinding = NO_STACK): readonly ParsedBlueprintFile[] {
  const files = paths.map((path) => readFile(path, stack));
  return files.map((file, index) => {
    const clashing = [...clashes(file, files.slice(0, index)), ...grouping(file, files)];
    return clashing.length === 0 ? file.parsed : { ...file.parsed, blueprint: null, problems: [...file.parsed.problems, ...clashing] };
  });
}

/**
 * Every `*.yaml` directly in the folder, compiled and sorted by service; the same files give the same bytes. Throws BlueprintError with
 * every problem of every file. A folder without blueprints gives an empty list.
 */
export function loadBlueprints(folder: string, stack: StackBinding): Blueprint[] {
  const names = blueprintNames(folder);
  const paths = names.filter((name) => name.endsWith(".yaml")).map((name) => join(folder, name));
  const files = parseBlueprintFiles(paths, stack);
  const problems = [
    ...names.filter((name) => name.endsWith(".yml")).map((name) => wrongExtension(join(folder, name))),
    ...files.flatMap((file) => file.problems),
  ];
  if (problems.length > 0) throw new BlueprintError(problems);
  const blueprints = files.flatMap(({ blueprint }) => blueprint ?? []);
  return blueprints.sort((a, b) => (a.service < b.service ? -1 : 1));
}

interface LocatedFile {
  readonly parsed: ParsedBlueprintFile;
  locate(problem: Problem): LocatedProblem;
}

function readFile(path: string, stack: StackBinding): LocatedFile {
  const file = shown(path);
  try {
    return parse(readFileSync(path, "utf8"), file, stack);
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    const problem = authoredProblem([], `cannot be read: ${error.message}`, "check the path and its permissions");
    return broken(file, "", [{ ...problem, file, line: 1, column: 1, length: 1 }]);
  }
}

function parse(text: string, file: string, stack: StackBinding): LocatedFile {
  const document = readBlueprintDocument(text, file);
  if (document.problems.length > 0) return broken(file, text, document.problems);
  const { authored, problems } = readAuthored(document.raw);
  const compiled = authored === null ? { blueprint: null, bindings: [], problems } : compileBlueprint(authored, stack, sha256);
  const located = compiled.problems.map(document.locate).sort((a, b) => a.line - b.line || a.column - b.column);
  const { blueprint, bindings } = compiled;
  return { parsed: { file, text, authored, blueprint, bindings, problems: located }, locate: document.locate };
}

function broken(file: string, text: string, problems: readonly LocatedProblem[]): LocatedFile {
  return {
    parsed: { file, text, authored: null, blueprint: null, bindings: [], problems },
    locate: (problem) => ({ ...problem, file, line: 1, column: 1, length: 1 }),
  };
}

/** Two files for one service, or two services with one alarm or one workload, would overwrite each other: locks are kept by service. */
function clashes(file: LocatedFile, earlier: readonly LocatedFile[]): readonly LocatedProblem[] {
  const service = file.parsed.authored?.metadata.name;
  const same = earlier.find(({ parsed }) => service !== undefined && parsed.authored?.metadata.name === service);
  if (same !== undefined) {
    const message = `the service ${service} is already described in ${same.parsed.file}`;
    return [file.locate(authoredProblem(["metadata", "name"], message, "keep one blueprint per service"))];
  }
  const target = targetOf(file);
  const sameTarget = earlier.find((other) => target !== null && targetOf(other) === target);
  if (sameTarget !== undefined) {
    const message = `the workload ${target} is already that of ${sameTarget.parsed.file}`;
    const key = Object.entries(TARGET_KEYS).find(([, kind]) => kind === file.parsed.blueprint?.target.kind)?.[0] ?? "deployment";
    return [file.locate(authoredProblem(["spec", "target", key], message, "give each service a workload of its own"))];
  }
  return (file.parsed.blueprint?.triggers ?? []).flatMap((trigger) => {
    const other = earlier.find(({ parsed }) => parsed.blueprint?.triggers.some(({ alarmName }) => alarmName === trigger.alarmName));
    if (other === undefined) return [];
    const message = `the alarm ${trigger.alarmName} already belongs to a trigger in ${other.parsed.file}`;
    // A preset may make several triggers, so that a compiled one does not stand where it is written.
    const index = (file.parsed.authored?.spec?.triggers ?? []).findIndex((written) => namesOfTrigger(written).includes(trigger.name));
    return [
      file.locate(
        authoredProblem(["spec", "triggers", index, "name"], message, "rename the trigger, or listen to the alarm in one of them"),
      ),
    ];
  });
}

/** A group is known only by all of its files: where one cannot be read, nothing is said of any. */
function grouping(file: LocatedFile, files: readonly LocatedFile[]): readonly LocatedProblem[] {
  const claims = files.flatMap(({ parsed }) => claimOf(parsed.authored) ?? []);
  const own = claimOf(file.parsed.authored);
  if (own === null || files.some(({ parsed }) => parsed.authored === null)) return [];
  return groupProblems(own, claims).map(file.locate);
}

function claimOf(authored: AuthoredBlueprint | null): GroupClaim | null {
  const { group, depends_on: dependsOn = [] } = authored?.spec?.rollback ?? {};
  return authored === null || group === undefined ? null : { service: authored.metadata.name, group, dependsOn };
}

function targetOf({ parsed }: LocatedFile): string | null {
  if (parsed.blueprint === null) return null;
  const { cluster, namespace, kind, name, region, roleArn } = parsed.blueprint.target;
  // A cluster's name is unique within one region of one account.
  const where = [...(roleArn === undefined ? [] : [roleArn]), ...(region === undefined ? [] : [region]), cluster, namespace].join("/");
  return kind === "Deployment" ? `${where}/${name}` : `${where}/${kind} ${name}`;
}

function blueprintNames(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map(({ name }) => name)
      .sort();
  } catch (error) {
    const problem = authoredProblem([], `the blueprint folder cannot be read: ${(error as Error).message}`, "check the configured path");
    throw new BlueprintError([{ ...problem, file: shown(folder), line: 1, column: 1, length: 1 }]);
  }
}

function wrongExtension(path: string): LocatedProblem {
  return {
    ...authoredProblem([], "is not read: blueprints end in .yaml", "rename it to .yaml"),
    file: shown(path),
    line: 1,
    column: 1,
    length: 1,
  };
}

function shown(path: string): string {
  const fromHere = relative(process.cwd(), path);
  return fromHere !== "" && !fromHere.startsWith("..") ? fromHere : path;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
