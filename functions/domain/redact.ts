/** What stands where something was taken out. */
export const REDACTED = "[redacted]";

/** A value in quotes (escaped ones, as in JSON inside JSON), or else up to what `BARE` says. Neither goes over the end of its line. */
const quotedOr = (bare: string) =>
  `\\\\"(?:(?!\\\\")[^\\r\\n])*(?:\\\\")?|"(?:[^"\\\\\\r\\n]|\\\\.)*"?|'(?:[^'\\\\\\r\\n]|\\\\.)*'?|${bare}`;

/** Headers whose whole value is a credential. */
const HEADER = new RegExp(
  `((?:proxy-)?authorization|(?:set-)?cookie)(\\\\?["']?[ \\t]{0,3}[:=][ \\t]{0,3})(?:${quotedOr("[^\\r\\n\"']+")})`,
  "gi",
);
/** Words that announce a secret in a name (`DB_PASSWORD`, `clientSecret`, `x-api-key`), where they are no other word's part (`author`, `compass`). */
const SECRET_NAME = [
  "passw(?:or)?d",
  "passphrase",
  "passcode",
  "pwd",
  "secret",
  "token",
  "credential",
  "signature",
  "api[-_]?key",
  "(?:access|private|account|encryption|signing|auth|master)[-_]?key",
  "session[-_]?id",
  "connection[-_]?string",
  "(?<![a-z])(?:pass|auth|dsn|sig|salt)(?![a-z])",
].join("|");
/** What ends like `secretName` or `token_path` names a thing that is no secret. */
const NAMES_A_THING = `(?![\\w.-]{0,40}(?:name|ref|path|file|type|count|length|expiry)s?["']?[ \\t]{0,3}[:=])`;
const PAIR = new RegExp(
  `((?:${SECRET_NAME})${NAMES_A_THING}[\\w.-]{0,40}\\\\?["']?[ \\t]{0,3}[:=]{1,2}>?[ \\t]{0,3})(${quotedOr("[^\\s&\"'<>]+")})`,
  "gi",
);
/** `--password hunter2`, as a command line has it. */
const FLAG = /(--?(?:password|passwd|pass|token|secret|api-key)[ \t]{1,3})(?!-)("[^"\r\n]*"?|'[^'\r\n]*'?|\S+)/gi;
/** `user:password@` or a lone `token@` before a URL's host. The password may hold `/` and `@`, but is no port with a path. */
const URL_USER = /(:\/\/[^\s/:@"'<>]{0,64}:)(?!\d{1,5}[/?#])[^\s"'<>]{0,256}@|(:\/\/)[^\s/:@"'<>]{16,256}@/g;
/** MySQL's own way to name a server. */
const DSN = /([\w.-]{1,64}:)[^\s/@"']+(?=@(?:tcp|unix)\()/g;
const SCHEME = /\b([Bb]earer[ \t]{1,3})[\w.~+/=-]{8,}|\b([Bb]asic[ \t]{1,3})(?=[a-z+/]*[A-Z0-9=])[A-Za-z0-9+/]{8,}={0,2}/g;
/** Tokens that show what they are by how they begin. */
const TOKEN =
  /(?<![A-Za-z0-9])(?:eyJ[\w-]{5,}(?:\.[\w-]*){0,4}|(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{12,}|gh[pousr]_\w{16,}|github_pat_\w{16,}|glpat-[\w-]{16,}|xox[abeoprs]-[\w-]{10,}|[sr]k_(?:live|test)_\w{10,}|sk-[\w-]{16,}|k8s-aws-v1\.[\w-]+|AIza[\w-]{20,}|ya29\.[\w-]{10,}|SG\.[\w-]{10,}\.[\w-]+|npm_\w{20,}|hf_\w{20,})/g;
const BLOB = /[A-Za-z0-9+/_-]{40,}={0,2}/g;
const EMAIL = /[\w.+-]{1,64}(?=@(?:[\w-]{1,63}\.){1,4}[A-Za-z]{2,24}\b)/g;

/**
 * Takes credentials out of a text that others wrote (log lines, messages): private keys, tokens, passwords in URLs, headers, `name=value` pairs
 * with a telling name, long mixed blobs, the names before e-mail hosts. Image digests, hashes, uids and paths stay. A cut secret is not
 * recognised: redact first, shorten then.
 */
export function redact(text: string): string {
  return withoutKeys(text)
    .replace(HEADER, `$1$2${REDACTED}`)
    .replace(URL_USER, (_, user: string | undefined, scheme: string | undefined) => `${user ?? scheme}${REDACTED}@`)
    .replace(DSN, `$1${REDACTED}`)
    .replace(TOKEN, REDACTED)
    .replace(SCHEME, (_, bearer: string | undefined, basic: string | undefined) => `${bearer ?? basic}${REDACTED}`)
    .replace(PAIR, (pair, name: string, value: string) => (mayStay(name, value) ? pair : `${name}${REDACTED}${tailOf(value)}`))
    .replace(FLAG, `$1${REDACTED}`)
    .replace(BLOB, (blob) => (isEncoded(blob) ? REDACTED : blob))
    .replace(EMAIL, REDACTED);
}

/** Redacts first, so that no secret is cut to something that nobody recognises, then shortens. */
export function redactedTo(length: number, text: string): string {
  const safe = redact(text);
  return safe.length > length ? `${safe.slice(0, length - 1)}…` : safe;
}

const BEGIN_KEY = /-----BEGIN [A-Z0-9 ]*PRIVATE KEY[A-Z0-9 ]*-----/;
const END_KEY = /-----END [A-Z0-9 ]*PRIVATE KEY[A-Z0-9 ]*-----/;
const KEY_IN_LINE = new RegExp(`${BEGIN_KEY.source}[^\\r\\n]*?${END_KEY.source}`, "g");
/** A line of a key's body, with what a log puts before it (a time, an indent, a quote). */
const KEY_LINE = /^(?:\S{0,40}\s)?\s*["']?(?:[A-Za-z0-9+/]{1,76}={0,2}["',\\n]{0,4}|(?:Proc-Type|DEK-Info): .*)?\r?$/;
/** Of a key of 16,384 bits. */
const MOST_KEY_LINES = 220;

/** Keys go over many lines, each of which looks harmless; the log may have lost either end. */
function withoutKeys(text: string): string {
  if (!text.includes("PRIVATE KEY")) return text;
  const lines = text.replace(KEY_IN_LINE, REDACTED).split("\n");
  const secret = new Set<number>();
  for (const [index, line] of lines.entries()) {
    if (BEGIN_KEY.test(line)) {
      const end = lines.slice(index, index + MOST_KEY_LINES).findIndex((later) => END_KEY.test(later));
      for (let at = index; at <= index + end; at++) secret.add(at);
      if (end < 0) spread(lines, secret, index, 1);
    } else if (END_KEY.test(line) && !secret.has(index)) spread(lines, secret, index, -1);
  }
  return lines.flatMap((line, index) => (secret.has(index) ? (secret.has(index - 1) ? [] : [REDACTED]) : [line])).join("\n");
}

function spread(lines: readonly string[], secret: Set<number>, from: number, by: 1 | -1): void {
  secret.add(from);
  for (let at = from + by; KEY_LINE.test(lines[at] ?? "-"); at += by) secret.add(at);
}

/** Redacted already, or a number of things: `tokens: 512`, `secrets=10`. */
function mayStay(name: string, value: string): boolean {
  return /^\[redacted\][,;)}\]]*$/.test(value) || (/(?:token|secret)s["']?\s*[:=]/i.test(name) && /^\d+\D?$/.test(value));
}

/** What closes a list or an object behind a value without quotes is no part of it. */
function tailOf(value: string): string {
  return /^\\?["']/.test(value) ? "" : (/[,;)}\]]*$/.exec(value)?.[0] ?? "");
}

/** Encoded bytes turn between small letters, capitals and digits all the time. A path does so rarely, and has many slashes. */
function isEncoded(text: string): boolean {
  if (!/[a-z]/.test(text) || !/[A-Z]/.test(text)) return false;
  const slashes = text.split("/").length - 1;
  let turns = 0;
  for (let at = 1; at < text.length; at++) if (classOf(text.charCodeAt(at)) !== classOf(text.charCodeAt(at - 1))) turns++;
  if (slashes >= 3 && (turns - 2 * slashes) * 5 <= text.length) return false;
  return /[\d+=]/.test(text) || turns >= 0.38 * text.length;
}

function classOf(code: number): "digit" | "small" | "capital" | "other" {
  if (code >= 48 && code <= 57) return "digit";
  if (code >= 97 && code <= 122) return "small";
  return code >= 65 && code <= 90 ? "capital" : "other";
}
