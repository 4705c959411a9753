import fc from "fast-check";

const { text } = fc.letrec<{ text: string; scalar: string }>((tie) => ({
  scalar: fc.oneof(fc.integer({ min: 0, max: 1000 }).map(String), fc.constant("PERIOD(m1)"), fc.constant("0.25")),
  text: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom("m1", "m2", "m3"),
    fc
      .tuple(tie("text"), fc.constantFrom("+", "-", "*", "/", "^", "AND", "OR"), fc.oneof(tie("text"), tie("scalar")))
      .map(([a, o, b]) => `(${a}) ${o} (${b})`),
    fc.tuple(tie("text"), fc.constantFrom("<", "<=", ">", ">=", "==", "!="), tie("text")).map(([a, o, b]) => `(${a}) ${o} (${b})`),
    tie("text").map((a) => `-(${a})`),
    fc.tuple(fc.constantFrom("ABS", "CEIL", "FLOOR", "LOG", "RATE", "DIFF", "HOUR"), tie("text")).map(([f, a]) => `${f}(${a})`),
    fc.tuple(fc.constantFrom("MIN", "MAX", "SUM"), tie("text"), tie("text")).map(([f, a, b]) => `${f}([${a}, ${b}])`),
    fc.tuple(tie("text"), tie("text"), tie("scalar")).map(([a, b, c]) => `IF(${a}, ${b}, ${c})`),
    fc.tuple(tie("text"), fc.oneof(tie("scalar"), fc.constantFrom("REPEAT", "LINEAR"))).map(([a, b]) => `FILL(${a}, ${b})`),
  ),
}));

/** Any valid expression over m1, m2 and m3. */
export const aMathText: fc.Arbitrary<string> = text;
