import { inflateRawSync, inflateSync } from "node:zlib";

/** Where a planted value turned up. */
export interface FoundCanary {
  readonly canary: string;
  /** How the place was unpacked, outermost first (`base64`, `gzip`); empty when it stood there as it is, or escaped. */
  readonly via: readonly string[];
}

/** In fewer bytes a value would be met by chance, and be lost in the base64 of its neighbours. */
const LEAST_BYTES = 12;
const MOST_UNPACKINGS = 3;
const MOST_ESCAPES = 3;
const MOST_BYTES_UNPACKED = 64 * 1024 * 1024;

/**
 * Finds planted values in text or bytes: as they are; escaped for JSON, HTML or a URL (each up to three times, one in another); in base64 of either
 * alphabet at any alignment, in hex, in percent-encoding of bytes, in gzip and zlib streams; and in whatever of these lies in one another, three deep.
 * Each value once for every way that led to it. Throws for a value of fewer than 12 bytes. Raw deflate (without zlib's header) is not recognised.
 */
export function findCanaries(haystack: string | Uint8Array, canaries: readonly string[]): readonly FoundCanary[] {
  const patterns = [...new Set(canaries)].map((canary) => ({ canary, forms: formsOf(canary) }));
  const found = new Map<string, FoundCanary>();
  const search = (bytes: Buffer, via: readonly string[]) => {
    for (const { canary, forms } of patterns) {
      if (forms.some((form) => bytes.includes(form))) found.set(JSON.stringify([canary, via]), { canary, via });
    }
    if (via.length === MOST_UNPACKINGS) return;
    for (const [name, unpack] of Object.entries(UNPACKINGS)) {
      for (const unpacked of unpack(bytes)) search(unpacked, [...via, name]);
    }
  };
  search(Buffer.from(haystack), []);
  return [...found.values()];
}

/** Names of the values that were found, each once. */
export function canariesIn(haystack: string | Uint8Array, canaries: readonly string[]): readonly string[] {
  return [...new Set(findCanaries(haystack, canaries).map(({ canary }) => canary))];
}

const inJson = (text: string) => JSON.stringify(text).slice(1, -1);
const asUnicode = (text: string, which: RegExp) =>
  text.replaceAll(which, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** What text formats make of a value. Of letters and digits each of them is the value itself. */
const ESCAPES: readonly ((text: string) => string)[] = [
  inJson,
  // As languages do that keep JSON within ASCII, or also fit for HTML.
  (text) => asUnicode(inJson(text), /[^ -~]/g),
  (text) => asUnicode(inJson(text), /[^ -~]|[<>&']/g),
  (text) =>
    text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;").replaceAll("'", "&#39;"),
  encodeURIComponent,
  (text) => new URLSearchParams({ v: text }).toString().slice(2),
];

function formsOf(canary: string): readonly Buffer[] {
  if (Buffer.byteLength(canary) < LEAST_BYTES) throw new Error(`a canary has at least ${LEAST_BYTES} bytes, "${canary}" has fewer`);
  const forms = new Set([canary]);
  for (let escapes = 0; escapes < MOST_ESCAPES; escapes++) {
    for (const form of [...forms]) for (const escaped of ESCAPES) forms.add(escaped(form));
  }
  return [...forms].map((form) => Buffer.from(form));
}

/** Each gives what of the bytes it could read, all pieces of one alignment in one: few large buffers are searched faster than many small ones. */
const UNPACKINGS: Readonly<Record<string, (bytes: Buffer) => Iterable<Buffer>>> = {
  base64: (bytes) => aligned(bytes, /[\w+/-]{16,}/g, 4, (piece) => Buffer.from(piece, "base64")),
  hex: (bytes) => aligned(bytes, /[0-9A-Fa-f]{24,}/g, 2, (piece) => Buffer.from(piece, "hex")),
  percent: (bytes) => aligned(bytes, /(?:[\w.~!*'()+-]*%[0-9A-Fa-f]{2})+[\w.~!*'()+-]*/g, 1, percentDecoded),
  gzip: (bytes) => streams(bytes, [[0x1f, 0x8b, 0x08]], gunzipped),
  zlib: (bytes) =>
    streams(
      bytes,
      [0x01, 0x5e, 0x9c, 0xda].map((level) => [0x78, level]),
      inflateSync,
    ),
};

function* aligned(bytes: Buffer, pieces: RegExp, alignments: number, decode: (piece: string) => Buffer): Iterable<Buffer> {
  const runs = bytes.toString("latin1").match(pieces) ?? [];
  if (runs.length === 0) return;
  for (let skipped = 0; skipped < alignments; skipped++) {
    // What stood apart stays apart.
    yield Buffer.concat(runs.flatMap((run) => [decode(run.slice(skipped)), Buffer.of(0)]));
  }
}

/** Byte by byte: what is encoded need not be text. */
function percentDecoded(piece: string): Buffer {
  return Buffer.from(
    piece.replaceAll(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    "latin1",
  );
}

type Inflate = (bytes: Buffer, options: { readonly finishFlush: number; readonly maxOutputLength: number }) => Buffer;
/** Gives what there is of a stream that was cut. */
const Z_SYNC_FLUSH = 2;

/** Without the checksum at the end, and without a word about what follows it: the stream may stand in the middle of something. */
const gunzipped: Inflate = (bytes, options) => {
  const flags = bytes[3] ?? 0;
  let end = 10;
  if (flags & 4) end += 2 + bytes.readUInt16LE(end);
  for (const hasText of [flags & 8, flags & 16]) if (hasText) end = bytes.indexOf(0, end) + 1;
  return inflateRawSync(bytes.subarray(flags & 2 ? end + 2 : end), options);
};

function* streams(bytes: Buffer, magics: readonly (readonly number[])[], inflate: Inflate): Iterable<Buffer> {
  for (const magic of magics.map((numbers) => Buffer.from(numbers))) {
    for (let at = bytes.indexOf(magic); at >= 0; at = bytes.indexOf(magic, at + 1)) {
      try {
        yield inflate(bytes.subarray(at), { finishFlush: Z_SYNC_FLUSH, maxOutputLength: MOST_BYTES_UNPACKED });
      } catch {
        // These bytes begin no stream.
      }
    }
  }
}
