import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { MANIFESTS } from "../../infra/kubernetes/write-manifests.ts";

describe.each(Object.entries(MANIFESTS))("infra/kubernetes/%s", (file, text) => {
  const written = readFileSync(`infra/kubernetes/${file}`, "utf8");

  it("is fresh: node infra/kubernetes/write-manifests.ts changes nothing", () => {
    expect(written).toBe(text());
  });

  it("is YAML of Roles and bindings alone", () => {
    const kinds = parseAllDocuments(written).map((document) => document.toJS().kind);

    expect(kinds.length).toBeGreaterThanOrEqual(2);
    expect(kinds.every((kind) => /^(Cluster)?Role(Binding)?$/.test(kind))).toBe(true);
  });
});
