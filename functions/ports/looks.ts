import type { Look, LookRequest } from "../domain/looks/look.ts";

/** Looks at releases, each once. Throws `TransientUpstreamError` or `PermissionError`. */
export interface Looks {
  /** False when this look has happened already: the first stays. */
  keep(look: Look): Promise<boolean>;
  /** Those at a release since it went live, in the order of their minutes. */
  ofRun(run: Pick<LookRequest, "service" | "release" | "liveSince">): Promise<readonly Look[]>;
  /** All of a service, those at one release together. */
  ofService(service: string): Promise<readonly Look[]>;
}
