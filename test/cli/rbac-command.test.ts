import { describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { FakeWorld } from "./fake-command.ts";

const EXAMPLES = ["--blueprints", "blueprints/examples"];

describe("rollguard rbac", () => {
  it("prints Roles and bindings that kubectl can apply, and without AWS", async () => {
    const { code, out, notes } = await new FakeWorld().run("rbac", "checkout", ...EXAMPLES);
    const documents = parseAllDocuments(out);

    expect({ code, notes }).toEqual({ code: 0, notes: "" });
    expect(documents.flatMap(({ errors }) => errors)).toEqual([]);
    expect(
      documents.map((document) => document.toJS()).map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`),
    ).toEqual(
      ["read", "write", "keep"].flatMap((group) => ["Role", "RoleBinding"].map((kind) => `${kind} demo/rollguard-checkout-${group}`)),
    );
  });

  it("prints the same as JSON", async () => {
    const { out } = await new FakeWorld().run("rbac", "checkout", ...EXAMPLES, "--json");
    const yaml = await new FakeWorld().run("rbac", "checkout", ...EXAMPLES);

    expect(parseAllDocuments(yaml.out).map((document) => document.toJS())).toEqual(JSON.parse(out));
  });

  it("adds what is asked for: owners in their namespaces, and cluster-wide reads", async () => {
    const { out } = await new FakeWorld().run(
      ...["rbac", "checkout", ...EXAMPLES, "--gitops", "argo-cd", "--gitops", "flux:flux-system", "--cluster-wide", "--json"],
    );
    const objects = JSON.parse(out) as { kind: string; metadata: { namespace?: string } }[];

    expect(new Set(objects.map(({ metadata }) => metadata.namespace))).toEqual(new Set(["demo", "argocd", "flux-system", undefined]));
    expect(objects.map(({ kind }) => kind)).toContain("ClusterRole");
  });

  it.each([
    [["rbac", "nothing", ...EXAMPLES], 3, "There is no blueprint for nothing in blueprints/examples"],
    [["rbac", "checkout", "--blueprints", "/nowhere"], 2, "There is no /nowhere"],
    [["rbac", "checkout", ...EXAMPLES, "--gitops", "flux"], 2, "--gitops flux: say argo-cd, or flux:<namespace>"],
    [["rbac"], 2, "missing required argument"],
  ])("refuses %j", async (argv, expected, sentence) => {
    const { code, notes } = await new FakeWorld().run(...argv);

    expect(code).toBe(expected);
    expect(notes).toContain(sentence);
  });
});
