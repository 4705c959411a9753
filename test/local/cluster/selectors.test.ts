import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RESOURCE_TYPES } from "../../../local/cluster/api/resource-types.ts";
import { parseFieldSelector, parseLabelSelector, selectorMatches, selectorText } from "../../../local/cluster/api/selectors.ts";
import type { KubernetesObject } from "../../../local/cluster/objects.ts";

describe("a label selector", () => {
  const labels = { app: "web", tier: "front" };

  it.each([
    ["app=web", true],
    ["app==web", true],
    ["app!=web", false],
    ["team!=x", true],
    ["app in (web, api),tier", true],
    ["app notin (web,api)", false],
    ["team notin (x)", true],
    ["!team", true],
    ["!app", false],
    ["app=web,team", false],
    ["", true],
  ])("%s -> %s", (selector, expected) => {
    expect(parseLabelSelector(selector)(labels)).toBe(expected);
  });

  it("that cannot be understood is refused", () => {
    expect(() => parseLabelSelector("a  in")).toThrow("unable to parse requirement");
  });

  it("in the text form of /scale means what the workload's own selector means", () => {
    const value = fc.constantFrom("a", "b", "c");
    const selector = fc.record({
      matchLabels: fc.dictionary(fc.constantFrom("x", "y"), value, { minKeys: 1 }),
      matchExpressions: fc.array(
        fc.record({
          key: fc.constantFrom("x", "z"),
          operator: fc.constantFrom("In", "NotIn", "Exists", "DoesNotExist"),
          values: fc.array(value, { minLength: 1 }),
        }),
      ),
    });
    fc.assert(
      fc.property(selector, fc.dictionary(fc.constantFrom("x", "y", "z"), value), (one, some) => {
        expect(parseLabelSelector(selectorText(one))(some)).toBe(selectorMatches(one, some));
      }),
    );
  });

  it("of a workload that is empty matches nothing", () => {
    expect(selectorMatches({}, labels)).toBe(false);
  });
});

describe("a field selector", () => {
  const event = { metadata: { name: "e", namespace: "shop" }, involvedObject: { uid: "u" } } as unknown as KubernetesObject;

  it.each([
    ["metadata.name=e", true],
    ["metadata.name!=e", false],
    ["involvedObject.uid=u,metadata.namespace==shop", true],
    ["involvedObject.uid=v", false],
  ])("%s -> %s", (selector, expected) => {
    expect(parseFieldSelector(RESOURCE_TYPES.events, selector)(event)).toBe(expected);
  });

  it("on a field without an index is refused", () => {
    expect(() => parseFieldSelector(RESOURCE_TYPES.pods, "spec.foo=x")).toThrow("field label not supported: spec.foo");
  });
});
