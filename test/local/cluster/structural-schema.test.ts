import { describe, expect, it } from "vitest";
import { applySchemaDefaults, pruneUnknown, type Schema, schemaProblems } from "../../../local/cluster/api/structural-schema.ts";

const SCHEMA: Schema = {
  type: "object",
  required: ["spec"],
  properties: {
    spec: {
      type: "object",
      properties: {
        mode: { type: "string", enum: ["on", "off"], default: "off" },
        backends: {
          type: "array",
          maxItems: 2,
          items: {
            type: "object",
            required: ["name"],
            properties: { name: { type: "string", minLength: 2 }, weight: { type: "integer", default: 1, minimum: 0, maximum: 9 } },
          },
        },
        labels: { type: "object", additionalProperties: { type: "string" } },
        free: { type: "object", "x-kubernetes-preserve-unknown-fields": true, properties: { known: { type: "object", properties: {} } } },
        port: { "x-kubernetes-int-or-string": true },
        interval: { type: "string", pattern: "^[0-9]+s$" },
      },
    },
  },
};

const withSpec = (spec: unknown) => ({ apiVersion: "x/v1", kind: "X", metadata: { name: "a", unknown: true }, spec });

describe("pruning", () => {
  it("drops what the schema does not know and says where it was, but nothing below metadata or kept fields", () => {
    const object = withSpec({
      mode: "on",
      nonsense: 1,
      backends: [{ name: "ab", odd: 1 }],
      labels: { a: "b" },
      free: { any: 1, known: { gone: 1 } },
    });

    const dropped = pruneUnknown(SCHEMA, object);

    expect(dropped).toEqual(["spec.nonsense", "spec.backends[0].odd", "spec.free.known.gone"]);
    expect(object).toEqual(withSpec({ mode: "on", backends: [{ name: "ab" }], labels: { a: "b" }, free: { any: 1, known: {} } }));
  });
});

describe("defaults", () => {
  it("fill in what is absent, inside of list items too, and touch nothing else", () => {
    const object = withSpec({ backends: [{ name: "ab" }, { name: "cd", weight: 0 }] });

    applySchemaDefaults(SCHEMA, object);

    expect(object.spec).toEqual({
      mode: "off",
      backends: [
        { name: "ab", weight: 1 },
        { name: "cd", weight: 0 },
      ],
    });
  });

  it("are not shared between objects", () => {
    const schema: Schema = { type: "object", properties: { list: { type: "array", default: [1] } } };
    const [one, other]: { list?: number[] }[] = [{}, {}];
    applySchemaDefaults(schema, one);
    applySchemaDefaults(schema, other);

    one?.list?.push(2);

    expect(other?.list).toEqual([1]);
  });
});

describe("validation", () => {
  it.each([
    { what: "a missing field", spec: undefined, problem: "spec: Required value" },
    {
      what: "a wrong type",
      spec: { mode: 1 },
      problem: 'spec.mode: Invalid value: "integer": spec.mode in body must be of type string: "integer"',
    },
    {
      what: "a value that is not listed",
      spec: { mode: "up" },
      problem: 'spec.mode: Unsupported value: "up": supported values: "on", "off"',
    },
    {
      what: "too many items",
      spec: { backends: [1, 2, 3].map((i) => ({ name: `b${i}` })) },
      problem: "spec.backends: Invalid value: 3: spec.backends in body should have at most 2 items",
    },
    {
      what: "a number too small",
      spec: { backends: [{ name: "ab", weight: -1 }] },
      problem: "spec.backends[0].weight: Invalid value: -1: spec.backends[0].weight in body should be greater than or equal to 0",
    },
    {
      what: "a number too large",
      spec: { backends: [{ name: "ab", weight: 10 }] },
      problem: "spec.backends[0].weight: Invalid value: 10: spec.backends[0].weight in body should be less than or equal to 9",
    },
    {
      what: "a text too short",
      spec: { backends: [{ name: "a" }] },
      problem: 'spec.backends[0].name: Invalid value: "a": spec.backends[0].name in body should be at least 2 chars long',
    },
    {
      what: "a text of another form",
      spec: { interval: "5m" },
      problem: "spec.interval: Invalid value: \"5m\": spec.interval in body should match '^[0-9]+s$'",
    },
    {
      what: "neither number nor text",
      spec: { port: true },
      problem: 'spec.port: Invalid value: "boolean": spec.port in body must be of type integer,string: "boolean"',
    },
    {
      what: "a value of a map",
      spec: { labels: { a: 1 } },
      problem: 'spec.labels.a: Invalid value: "integer": spec.labels.a in body must be of type string: "integer"',
    },
  ])("refuses $what in a real server's words", ({ spec, problem }) => {
    const problems = schemaProblems(SCHEMA, withSpec(spec));

    expect(problems.map(({ field, message }) => `${field}: ${message}`)).toEqual([problem]);
  });

  it("accepts what fits", () => {
    expect(schemaProblems(SCHEMA, withSpec({ port: "http", interval: "5s", backends: [{ name: "ab", weight: 9 }] }))).toEqual([]);
  });
});
