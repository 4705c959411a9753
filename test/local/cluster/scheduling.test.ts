import { describe, expect, it } from "vitest";
import { Scheduler } from "../../../local/cluster/kubelet/scheduler.ts";
import { type PlacedSpec, selectsNode, targetNodeOf, untoleratedTaint } from "../../../local/cluster/node-fit.ts";
import type { Pod } from "../../../local/cluster/objects.ts";
import { quantity, quantityText } from "../../../local/cluster/quantities.ts";
import type { Node, Taint } from "../../../local/cluster/workload-objects.ts";

const aNode = (name: string, { labels = {}, taints = [] as Taint[], cpu = "4", memory = "8Gi" } = {}): Node =>
  ({ metadata: { name, labels }, spec: { taints }, status: { allocatable: { cpu, memory } } }) as unknown as Node;

const aPod = (uid: string, requests: Record<string, string> = {}, spec: PlacedSpec = {}): Pod =>
  ({
    metadata: { uid, name: uid },
    spec: { ...spec, containers: [{ name: "app", image: "x", resources: { requests } }] },
    status: {},
  }) as unknown as Pod;

const DEDICATED: Taint = { key: "dedicated", value: "gpu", effect: "NoSchedule" };

describe("the scheduler of the kubelet model", () => {
  it("prefers the Node with fewer pods", () => {
    const scheduler = new Scheduler([aNode("a"), aNode("b")], 10);

    const places = ["1", "2", "3", "4"].map((uid) => scheduler.place(aPod(uid)));

    expect(places).toEqual([{ nodeName: "a" }, { nodeName: "b" }, { nodeName: "a" }, { nodeName: "b" }]);
  });

  it("says of every Node why it is none, and goes on when room is given back", () => {
    const nodes = [aNode("small", { cpu: "1" }), aNode("tainted", { taints: [DEDICATED] })];
    const scheduler = new Scheduler(nodes, 10);
    scheduler.place(aPod("first", { cpu: "800m" }));

    const refused = scheduler.place(aPod("second", { cpu: "500m" }));
    scheduler.release("first");

    expect(refused).toEqual({ message: "0/2 nodes are available: 1 Insufficient cpu, 1 node(s) had untolerated taint {dedicated: gpu}." });
    expect(scheduler.place(aPod("second", { cpu: "500m" }))).toEqual({ nodeName: "small" });
  });

  it("puts only daemon pods on a cordoned Node", () => {
    const cordoned = { ...aNode("a"), spec: { unschedulable: true } };
    const scheduler = new Scheduler([cordoned], 10);
    const tolerations = [{ key: "node.kubernetes.io/unschedulable", operator: "Exists" as const, effect: "NoSchedule" }];

    expect(scheduler.place(aPod("web"))).toEqual({ message: "0/1 nodes are available: 1 node(s) were unschedulable." });
    expect(scheduler.place(aPod("agent", {}, { tolerations }))).toEqual({ nodeName: "a" });
  });
});

describe("a Node", () => {
  const zoned = aNode("a", { labels: { zone: "z1", rank: "3" }, taints: [DEDICATED] });
  const required = (matchExpressions: { key: string; operator: string; values?: string[] }[]): PlacedSpec => ({
    affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions }] } } },
  });

  it.each([
    [{}, true],
    [{ nodeSelector: { zone: "z1" } }, true],
    [{ nodeSelector: { zone: "z2" } }, false],
    [required([{ key: "zone", operator: "In", values: ["z1", "z2"] }]), true],
    [required([{ key: "zone", operator: "NotIn", values: ["z1"] }]), false],
    [required([{ key: "rank", operator: "Gt", values: ["2"] }]), true],
    [required([{ key: "rank", operator: "Lt", values: ["2"] }]), false],
    [required([{ key: "disk", operator: "DoesNotExist" }]), true],
    [required([]), false],
  ])("is selected by %j: %s", (spec, selected) => {
    expect(selectsNode(spec as PlacedSpec, zoned)).toBe(selected);
  });

  it.each([
    [[], true],
    [[{ operator: "Exists" as const }], false],
    [[{ key: "dedicated", value: "gpu" }], false],
    [[{ key: "dedicated", value: "cpu" }], true],
    [[{ key: "dedicated", operator: "Exists" as const, effect: "NoExecute" }], true],
  ])("keeps pods with tolerations %j away: %s", (tolerations, kept) => {
    expect(untoleratedTaint({ tolerations }, zoned, ["NoSchedule"]) !== undefined).toBe(kept);
  });

  it("is named by a daemon pod's affinity", () => {
    const nodeSelectorTerms = [{ matchFields: [{ key: "metadata.name", operator: "In", values: ["a"] }] }];

    expect(targetNodeOf({ affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } } })).toBe(
      "a",
    );
    expect(targetNodeOf({ nodeSelector: { zone: "z1" } })).toBeUndefined();
  });
});

describe("a quantity", () => {
  it.each([
    ["250m", 0.25, "250m"],
    ["64Mi", 67_108_864, "64Mi"],
    ["3", 3, "3"],
    ["1k", 1000, "1000"],
    ["2Gi", 2_147_483_648, "2Gi"],
  ])("%s is %d, written %s", (text, number, written) => {
    expect(quantity(text)).toBe(number);
    expect(quantityText(number)).toBe(written);
  });

  it.each(["", "much", "1Zi", undefined])("%j is none", (text) => {
    expect(quantity(text)).toBeNaN();
  });
});
