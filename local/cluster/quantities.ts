const FACTORS: Readonly<Record<string, number>> = {
  "": 1,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** Kubernetes' quantities as numbers: `250m` -> 0.25, `64Mi` -> 67108864. NaN for what is none. */
export function quantity(text: string | number | undefined): number {
  const [, number = "", unit = "?"] = /^([0-9.]+)([a-zA-Z]*)$/.exec(String(text ?? "")) ?? [];
  return Number(number || Number.NaN) * (FACTORS[unit] ?? Number.NaN);
}

/** A number as Kubernetes writes it: 0.25 -> `250m`, 67108864 -> `64Mi`, 3 -> `3`. */
export function quantityText(value: number): string {
  if (!Number.isInteger(value)) return `${Math.round(value * 1000)}m`;
  for (const unit of ["Gi", "Mi", "Ki"]) {
    const factor = FACTORS[unit] ?? 1;
    if (value >= factor && value % factor === 0) return `${value / factor}${unit}`;
  }
  return String(value);
}
