const MAXIMUM_STEPS = 1_000;

/**
 * Where a function changes its sign between two points, by Brent's method in the form of R's `uniroot` (Brent, Algorithms for Minimization without
 * Derivatives, 1973, chapter 4): inverse quadratic interpolation, bisection where that does not help. `tolerance` is absolute. The values at both ends must
 * differ in sign; an end that is a zero is the answer.
 */
export function findZero(of: (x: number) => number, from: number, to: number, tolerance: number): number {
  let [a, b, c] = [from, to, from];
  let [fa, fb] = [of(from), of(to)];
  let fc = fa;
  if (fa === 0) return a;
  for (let step = 0; step < MAXIMUM_STEPS; step++) {
    const previous = b - a;
    if (Math.abs(fc) < Math.abs(fb)) {
      [a, b, c] = [b, c, b];
      [fa, fb, fc] = [fb, fc, fb];
    }
    const enough = 2 * Number.EPSILON * Math.abs(b) + tolerance / 2;
    const half = (c - b) / 2;
    if (Math.abs(half) <= enough || fb === 0) return b;
    const wanted =
      Math.abs(previous) >= enough && Math.abs(fa) > Math.abs(fb) ? interpolated({ a, b, c }, { fa, fb, fc }, previous, enough) : null;
    const next = wanted ?? half;
    const moved = Math.abs(next) >= enough ? next : Math.sign(next) * enough;
    [a, fa] = [b, fb];
    b += moved;
    fb = of(b);
    if ((fb > 0 && fc > 0) || (fb < 0 && fc < 0)) [c, fc] = [a, fa];
  }
  return b;
}

type Points = { readonly a: number; readonly b: number; readonly c: number };
type Values = { readonly fa: number; readonly fb: number; readonly fc: number };

/** The step to where the interpolation crosses zero; null where bisection is better. */
function interpolated({ a, b, c }: Points, { fa, fb, fc }: Values, previous: number, enough: number): number | null {
  const width = c - b;
  const ratio = fb / fa;
  let p = width * ratio;
  let q = 1 - ratio;
  if (a !== c) {
    const [r, s] = [fa / fc, fb / fc];
    p = ratio * (width * r * (r - s) - (b - a) * (s - 1));
    q = (r - 1) * (s - 1) * (ratio - 1);
  }
  if (p > 0) q = -q;
  else p = -p;
  return p < 0.75 * width * q - Math.abs(enough * q) / 2 && p < Math.abs((previous * q) / 2) ? p / q : null;
}
