import { describe, expect, it } from "vitest";
import { parseBlueprintText } from "../../blueprints/load-blueprints.ts";

const TEXT = `metadata:
  name: shop
  version: "1.0.0"
spec:
  signals:
    orders: { unit: count, better: sideways, metric: { namespace: Shop, name: Orders, stat: Sum } }
  triggers: []
  suspicion_windough: 24h   # a comment
  mode_reason: >
    1
`;

/** What of the text a problem marks. */
function marked(text: string): readonly string[] {
  const lines = text.split("\n");
  return parseBlueprintText(text, "shop.yaml").problems.map(
    ({ line, column, length }) => lines[line - 1]?.slice(column - 1, column - 1 + length) ?? "",
  );
}

describe("the place of a problem", () => {
  it("is the token at fault: a value in a flow section, a key without what is behind it", () => {
    expect(marked(TEXT)).toEqual(["sideways", "suspicion_windough"]);
  });

  it("takes the quotes of a value along", () => {
    expect(marked(TEXT.replace("suspicion_windough: 24h", 'suspicion_window: "a day"').replace("sideways", "lower"))).toContain('"a day"');
  });

  it("is the nearest key where something is missing", () => {
    expect(marked(TEXT.replace('  version: "1.0.0"\n', ""))).toContain("metadata");
  });

  it("is the second of two equal keys", () => {
    expect(marked("metadata:\n  name: a\n  name: bcd\n")).toEqual(["name"]);
  });

  it("is one character where a file is empty", () => {
    expect(parseBlueprintText("", "shop.yaml").problems).toMatchObject([{ line: 1, column: 1, length: 1 }]);
  });
});
