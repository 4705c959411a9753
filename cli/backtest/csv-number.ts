const [ZERO, NINE, MINUS, PLUS, DOT] = [48, 57, 45, 43, 46];
/** Powers of ten that a double holds exactly. */
const EXACT_POWERS = Array.from({ length: 23 }, (_, power) => 10 ** power);
const MOST_DIGITS = 15;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * The number that the bytes spell, as `Number` reads it: up to 15 digits are an integer over a power of ten, and both are exact in a double, so that the
 * quotient is rounded once (Clinger, How to Read Floating Point Numbers Accurately, 1990); everything else is left to `Number`. NaN for what is none.
 */
export function csvNumber(bytes: Uint8Array, from: number, to: number): number {
  const sign = bytes[from];
  const negative = sign === MINUS;
  let at = negative || sign === PLUS ? from + 1 : from;
  let [mantissa, count, decimals, seenDot] = [0, 0, 0, false];
  for (; at < to; at++) {
    const byte = bytes[at] ?? 0;
    if (byte >= ZERO && byte <= NINE) {
      mantissa = mantissa * 10 + byte - ZERO;
      count++;
      if (seenDot) decimals++;
    } else if (byte === DOT && !seenDot) seenDot = true;
    else return slowNumber(bytes, from, to);
  }
  if (count === 0) return Number.NaN;
  if (count > MOST_DIGITS) return slowNumber(bytes, from, to);
  const value = mantissa / (EXACT_POWERS[decimals] ?? 1);
  return negative ? -value : value;
}

function slowNumber(bytes: Uint8Array, from: number, to: number): number {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString("latin1");
  const value = NUMBER.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(value) ? value : Number.NaN;
}
