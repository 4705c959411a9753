import type { SealedTemplate } from "./release-ledger.ts";

/** Whose text it is: opening it for another service, or as another Secret, fails. */
export interface SealContext {
  readonly cluster: string;
  readonly namespace: string;
  readonly service: string;
  /** Name of the Secret whose content it is; absent for a template. */
  readonly secret?: string;
  /** Incident about which the token asks that it is; absent for everything else. */
  readonly approval?: string;
}

/** Encrypts what may hold values of people: a template's environment, the content of a Secret; and what lets a waiting run go on. Throws `TransientUpstreamError` or `PermissionError`. */
export interface Seal {
  close(text: string, context: SealContext): Promise<SealedTemplate>;
  /** Throws InvalidInputError when it was sealed in another context, was changed since, or when its key cannot be used any more. */
  open(sealed: SealedTemplate, context: SealContext): Promise<string>;
}
