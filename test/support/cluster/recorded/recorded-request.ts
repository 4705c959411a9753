import type { CrdName } from "../crds/install-crds.ts";

/** One request of a list that the simulator and a real API server must answer alike. */
export interface RecordedRequest {
  readonly title: string;
  readonly method: string;
  /** `~apps/` stands for a group's path in the namespace, in the newest version that the server has: `/apis/apps/v1/namespaces/<namespace>/`. The word NAMESPACE is the namespace's name, here and in the body. */
  readonly path: string;
  readonly contentType?: string;
  readonly body?: unknown;
  /** The wording is Go's own (types, offsets) or changed later: only code, reason and fields are compared. */
  readonly ownWords?: true;
  /** Servers before 1.22 count a stray status in managedFields as a write; later ones do not, and neither does the simulator. */
  readonly writtenByOldServers?: true;
  /** The object whose generation and resourceVersion are compared. @default the list's own */
  readonly subject?: string;
  /** Who owns which fields of the subject afterwards is compared too; the controllers are left out. */
  readonly owners?: true;
}

/** Requests that are played in one namespace, one after the other. */
export interface RecordedList {
  readonly name: string;
  /** The object whose generation and resourceVersion are compared, unless a request says otherwise. */
  readonly subject: string;
  readonly requests: readonly RecordedRequest[];
  /** The custom resources that must be there. Servers before 1.25 do not say which item of a list is wrong, so positions are not compared. @default none */
  readonly custom?: readonly CrdName[];
}

export const JSON_PATCH = "application/json-patch+json";
export const MERGE_PATCH = "application/merge-patch+json";
export const STRATEGIC_PATCH = "application/strategic-merge-patch+json";
export const APPLY_PATCH = "application/apply-patch+yaml";

type Rest = Omit<RecordedRequest, "title" | "method" | "path" | "body" | "contentType">;

/** Requests of one kind about one object or collection. */
export const about = (path: string) => ({
  get: (title: string, query = "", rest: Rest = {}): RecordedRequest => ({ title, method: "GET", path: path + query, ...rest }),
  create: (title: string, body: unknown, rest: Rest = {}): RecordedRequest => ({ title, method: "POST", path, body, ...rest }),
  replace: (title: string, body: unknown, rest: Rest = {}): RecordedRequest => ({ title, method: "PUT", path, body, ...rest }),
  remove: (title: string, body?: unknown, rest: Rest = {}): RecordedRequest => ({
    title,
    method: "DELETE",
    path,
    ...(body === undefined ? {} : { body }),
    ...rest,
  }),
  json: (title: string, body: unknown, rest: Rest & { query?: string } = {}): RecordedRequest => patch(path, JSON_PATCH, title, body, rest),
  merge: (title: string, body: unknown, rest: Rest & { query?: string } = {}): RecordedRequest =>
    patch(path, MERGE_PATCH, title, body, rest),
  strategic: (title: string, body: unknown, rest: Rest & { query?: string } = {}): RecordedRequest =>
    patch(path, STRATEGIC_PATCH, title, body, rest),
  apply: (title: string, body: unknown, query: string, rest: Rest = {}): RecordedRequest =>
    patch(path, APPLY_PATCH, title, body, { ...rest, query }),
});

function patch(
  path: string,
  contentType: string,
  title: string,
  body: unknown,
  { query = "", ...rest }: Rest & { query?: string },
): RecordedRequest {
  return { title, method: "PATCH", path: path + query, contentType, body, ...rest };
}
