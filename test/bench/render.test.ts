import { describe, expect, it } from "vitest";
import { renderJson } from "../../bench/render-json.ts";
import { renderTables } from "../../bench/render-tables.ts";
import { aBenchResult } from "./bench-results.ts";

describe("the JSON", () => {
  it("is one line with exactly the documented keys, in their order", () => {
    const text = renderJson(aBenchResult({ bundles: [{ name: "steps/open-incident", kilobytes: 393.8, initMs: 60 }] }));

    expect(text.split("\n")).toHaveLength(2);
    expect(text).toBe(
      '{"reaction":{"floorP50Ms":180,"p50Ms":252,"p95Ms":302,"ratioP50":1.4,"ratioP95":1.6,"samples":30},"bareUndo":{"p50Ms":3.8},' +
        '"statesBeforeFirstWrite":7,"lambdasBeforeFirstWrite":5,"reference":{"kilobytes":345,"initMs":48},' +
        '"bundles":[{"name":"steps/open-incident","kilobytes":393.8,"initMs":60}],' +
        '"recovery":{"replicas":30,"podReadySeconds":1,"oursSeconds":1.3,"oursMinAvailable":30,"freshDeploymentSeconds":1.2,' +
        '"undoDefaultSeconds":2.4,"undoDefaultMinAvailable":23,"undoSafeSeconds":4.5,"server":"simulator"}}\n',
    );
  });

  it("keeps that order whatever was measured first", () => {
    const { reaction, recovery } = aBenchResult();

    expect(Object.keys(JSON.parse(renderJson({ recovery, reaction })))).toEqual(["reaction", "recovery"]);
  });
});

describe("the tables", () => {
  it("show every figure beside what it is compared with, and each budget met or missed", () => {
    const { recovery } = aBenchResult();
    const text = renderTables(aBenchResult({ recovery: { ...recovery, oursMinAvailable: 29 } }));

    expect(text).toMatch(/entry\/observe-releases +511\.9 +1\.48x +55\.0 +1\.15x/);
    expect(text).toMatch(/Rollguard +1\.30 +29\n/);
    expect(text).toMatch(/Rollguard +252 +302\n/);
    expect(text).toMatch(/largest bundle \/ reference +1\.48 +<= 1\.5 +met +entry\/observe-releases/);
    expect(text).toMatch(/fewest pods available +29 +>= 30 +MISSED/);
  });

  it("leave out what was not measured", () => {
    const { recovery } = aBenchResult();
    const text = renderTables({ recovery });

    expect(text).toContain("Recovery of 30 replicas");
    expect(text).not.toMatch(/Reaction|Bundles|undefined|NaN/);
  });
});
