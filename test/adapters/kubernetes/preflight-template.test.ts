import fc from "fast-check";
import type { PodTemplateSpec } from "kubernetes-types/core/v1.d.ts";
import { describe, expect, it } from "vitest";
import { selects } from "../../../functions/adapters/kubernetes/label-selector.ts";
import { needsOfTemplate } from "../../../functions/adapters/kubernetes/preflight-template.ts";
import { parseResource, podResources } from "../../../functions/adapters/kubernetes/resource-quantity.ts";
import { aTemplate } from "./support/kubernetes-objects.ts";

function templateWith(spec: Partial<NonNullable<PodTemplateSpec["spec"]>>): PodTemplateSpec {
  const template = aTemplate("demo/checkout:v1");
  return { ...template, spec: { containers: [], ...template.spec, ...spec } };
}

describe("a template needs", () => {
  it("every key that it names, wherever that stands, and nothing optional", () => {
    const { configs } = needsOfTemplate(
      templateWith({
        initContainers: [{ name: "init", image: "demo/init:v1", envFrom: [{ secretRef: { name: "init-secret" } }] }],
        containers: [
          {
            name: "app",
            image: "demo/checkout:v1",
            envFrom: [{ configMapRef: { name: "flags", optional: true } }, { configMapRef: { name: "env" } }],
            env: [
              { name: "A", valueFrom: { configMapKeyRef: { name: "settings", key: "a" } } },
              { name: "B", valueFrom: { configMapKeyRef: { name: "settings", key: "b" } } },
              { name: "C", valueFrom: { configMapKeyRef: { name: "settings", key: "c", optional: true } } },
              { name: "T", valueFrom: { secretKeyRef: { name: "vault", key: "token" } } },
            ],
          },
        ],
        volumes: [
          { name: "files", configMap: { name: "files", items: [{ key: "app.yaml", path: "app.yaml" }] } },
          { name: "tls", secret: { secretName: "tls" } },
          { name: "all", projected: { sources: [{ configMap: { name: "projected" } }, { secret: { name: "maybe", optional: true } }] } },
        ],
      }),
    );

    expect(configs.map(({ kind, name, keys }) => [kind, name, ...keys])).toEqual([
      ["Secret", "init-secret"],
      ["ConfigMap", "env"],
      ["ConfigMap", "settings", "a", "b"],
      ["Secret", "vault", "token"],
      ["ConfigMap", "files", "app.yaml"],
      ["Secret", "tls"],
      ["ConfigMap", "projected"],
    ]);
  });

  it("the images of all its containers, each once", () => {
    const containers = ["demo/a:1", "demo/b:1", "demo/a:1"].map((image, index) => ({ name: `c${index}`, image }));

    expect(needsOfTemplate(templateWith({ containers, initContainers: [{ name: "i", image: "demo/init:1" }] })).images).toEqual([
      "demo/init:1",
      "demo/a:1",
      "demo/b:1",
    ]);
  });

  it("the time that its slowest container's probes take, or a guess", () => {
    const seconds = (...containers: object[]) =>
      needsOfTemplate(templateWith({ containers: containers.map((probes, index) => ({ name: `c${index}`, ...probes })) })).startSeconds;

    expect(seconds({})).toBe(7);
    expect(seconds({ readinessProbe: { initialDelaySeconds: 5, periodSeconds: 2 } })).toBe(8);
    expect(seconds({ readinessProbe: {} }, { startupProbe: { initialDelaySeconds: 20 }, readinessProbe: { periodSeconds: 2 } })).toBe(28);
  });

  it("what its containers ask for together, or its greediest init container", () => {
    const asks = (cpu: string, memory: string) => ({ name: cpu, resources: { requests: { cpu, memory } } });
    const spec = { containers: [asks("100m", "64Mi"), asks("1", "1Gi")], initContainers: [asks("1500m", "32Mi")] };

    expect(podResources(spec, "requests")).toEqual({ cpuMillicores: 1500, memoryBytes: 2 ** 30 + 64 * 2 ** 20 });
  });
});

describe("an amount", () => {
  it.each([
    ["250m", 0.25],
    ["1.5", 1.5],
    ["2", 2],
    ["1Gi", 2 ** 30],
    ["512Mi", 2 ** 29],
    ["1k", 1000],
    ["1e3", 1000],
    ["0", 0],
    [undefined, 0],
    ["much", 0],
  ])("%s is %d", (text, value) => {
    expect(parseResource(text)).toBeCloseTo(value, 9);
  });

  it("in thousandths is the same amount", () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), (milli) => {
        expect(parseResource(`${milli}m`) * 1000).toBeCloseTo(milli, 6);
      }),
    );
  });
});

describe("a selector", () => {
  const labels = { app: "web", tier: "front" };
  it.each([
    [{}, true],
    [{ matchLabels: { app: "web" } }, true],
    [{ matchLabels: { app: "web", tier: "back" } }, false],
    [{ matchExpressions: [{ key: "tier", operator: "In", values: ["front"] }] }, true],
    [{ matchExpressions: [{ key: "tier", operator: "NotIn", values: ["front"] }] }, false],
    [{ matchExpressions: [{ key: "zone", operator: "NotIn", values: ["a"] }] }, true],
    [{ matchExpressions: [{ key: "zone", operator: "Exists" }] }, false],
    [{ matchExpressions: [{ key: "zone", operator: "DoesNotExist" }] }, true],
    [{ matchExpressions: [{ key: "tier", operator: "Sounds" }] }, false],
  ])("%j picks it: %s", (selector, picks) => {
    expect(selects(selector, labels)).toBe(picks);
  });
});
