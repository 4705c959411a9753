import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mergePatch } from "../../../local/cluster/api/patches.ts";
import { strategicMerge } from "../../../local/cluster/api/strategic-merge-patch.ts";

describe("a strategic merge patch", () => {
  it("merges containers by name and their variables by name", () => {
    const before = {
      containers: [
        { name: "a", image: "a:1", env: [{ name: "X", value: "1" }] },
        { name: "b", image: "b:1" },
      ],
    };

    const after = strategicMerge(before, { containers: [{ name: "a", env: [{ name: "Y", value: "2" }] }] });

    expect(after).toEqual({
      containers: [
        {
          name: "a",
          image: "a:1",
          env: [
            { name: "X", value: "1" },
            { name: "Y", value: "2" },
          ],
        },
        { name: "b", image: "b:1" },
      ],
    });
  });

  it.each([
    { what: "deletes an item by $patch", patch: { containers: [{ name: "a", $patch: "delete" }] }, expected: [{ name: "b" }] },
    { what: "replaces a list by $patch", patch: { containers: [{ $patch: "replace" }, { name: "c" }] }, expected: [{ name: "c" }] },
    {
      what: "adds an item that is not there",
      patch: { containers: [{ name: "c" }] },
      expected: [{ name: "a" }, { name: "b" }, { name: "c" }],
    },
  ])("$what", ({ patch, expected }) => {
    expect(strategicMerge({ containers: [{ name: "a" }, { name: "b" }] }, patch)).toEqual({ containers: expected });
  });

  it("replaces lists that have no key, and merges finalizers as a set", () => {
    const after = strategicMerge({ args: ["a"], finalizers: ["x"] }, { args: ["b"], finalizers: ["x", "y"] });

    expect(after).toEqual({ args: ["b"], finalizers: ["x", "y"] });
  });

  it("keeps only $retainKeys, and deletes from primitive lists", () => {
    const before = { strategy: { type: "RollingUpdate", rollingUpdate: {} }, finalizers: ["x", "y"] };

    const after = strategicMerge(before, {
      strategy: { $retainKeys: ["type"], type: "Recreate" },
      "$deleteFromPrimitiveList/finalizers": ["x"],
    });

    expect(after).toEqual({ strategy: { type: "Recreate" }, finalizers: ["y"] });
  });

  it("takes a container port by its number and a Service port by its own", () => {
    expect(strategicMerge({ ports: [{ containerPort: 80 }] }, { ports: [{ containerPort: 80, name: "web" }] })).toEqual({
      ports: [{ containerPort: 80, name: "web" }],
    });
    expect(strategicMerge({ ports: [{ port: 80, targetPort: 1 }] }, { ports: [{ port: 80, targetPort: 2 }] })).toEqual({
      ports: [{ port: 80, targetPort: 2 }],
    });
  });
});

describe("a merge patch", () => {
  const document = fc.dictionary(fc.string(), fc.oneof(fc.integer(), fc.string(), fc.dictionary(fc.string(), fc.integer())));

  it("of a document onto nothing is the document, and doing it twice changes nothing more", () => {
    fc.assert(
      fc.property(document, document, (target, patch) => {
        const once = mergePatch(target, patch);

        expect(mergePatch({}, patch)).toEqual(patch);
        expect(mergePatch(once, patch)).toEqual(once);
      }),
    );
  });

  it("deletes by null and replaces lists as a whole", () => {
    expect(mergePatch({ a: 1, b: { c: 2, d: [1, 2] } }, { a: null, b: { d: [3] } })).toEqual({ b: { c: 2, d: [3] } });
  });
});
