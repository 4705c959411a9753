const LANCZOS = [76.18009172947146, -86.50532032941678, 24.01409824083091, -1.231739572450155, 0.001208650973866179, -5.395239384953e-6];
const MOST_TERMS = 10_000;
const TINY = 1e-300;

/** Logarithm of the gamma function of a positive number, relative error under 1e-9 (Lanczos, SIAM J. Numer. Anal. B 1, 1964, with six terms). */
export function logGamma(x: number): number {
  const head = x + 5.5 - (x + 0.5) * Math.log(x + 5.5);
  const sum = LANCZOS.reduce((total, coefficient, index) => total + coefficient / (x + 1 + index), 1.000000000190015);
  return Math.log((2.5066282746310007 * sum) / x) - head;
}

/** Logarithm of the beta function. */
export function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b);
}

/**
 * Logarithm of the regularised incomplete beta function I_x(a, b), which does not underflow where it is next to nothing. By its continued fraction with
 * Lentz's method (NIST Digital Library of Mathematical Functions, 8.17.22), on the side where that converges fast. 0 < x < 1; a, b > 0.
 */
export function logIncompleteBeta(x: number, a: number, b: number): number {
  const front = a * Math.log(x) + b * Math.log1p(-x) - logBeta(a, b);
  if (x < (a + 1) / (a + b + 2)) return front - Math.log(a) + Math.log(fraction(x, a, b));
  return Math.log1p(-Math.exp(front - Math.log(b) + Math.log(fraction(1 - x, b, a))));
}

function fraction(x: number, a: number, b: number): number {
  const away = (value: number) => (Math.abs(value) < TINY ? TINY : value);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let result = d;
  for (let m = 1; m <= MOST_TERMS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    let change = 1;
    for (const term of [even, odd]) {
      d = 1 / away(1 + term * d);
      c = away(1 + term / c);
      change = c * d;
      result *= change;
    }
    if (Math.abs(change - 1) < 1e-14) break;
  }
  return result;
}
