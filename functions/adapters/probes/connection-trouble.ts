import type { ProbeReading } from "../../domain/probe.ts";

/** Node's and OpenSSL's names for a certificate that does not prove what it must, and for a server that does not speak TLS. */
const CERTIFICATE =
  /^(CERT_|UNABLE_TO_|ERR_TLS_|ERR_SSL_|EPROTO|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT|HOSTNAME_MISMATCH|INVALID_CA)/;
/** The service, or what stands before it, said no. */
const SAID_NO = /^(ECONNREFUSED|ECONNRESET|EPIPE|HPE_|ERR_STREAM)/;

/**
 * What broke a connection says who is to blame: a service that refuses or shows a certificate that proves nothing has failed; a name or a route that is not
 * known from here says nothing of it. Several addresses were tried where the error holds several.
 */
export function connectionTrouble(error: unknown, host: string): ProbeReading {
  const errors = error instanceof AggregateError && error.errors.length > 0 ? (error.errors as unknown[]) : [error];
  const codes = errors.map(codeOf);
  const decided = codes.find((code) => SAID_NO.test(code) || CERTIFICATE.test(code));
  if (decided === undefined) return { kind: "unreachable", reason: `${host} cannot be reached from the function: ${codes[0]}` };
  return CERTIFICATE.test(decided)
    ? { kind: "failed", reason: `${host} does not prove who it is: ${decided}` }
    : { kind: "failed", reason: `${host} broke the connection: ${decided}` };
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}
