import { describe, expect, it } from "vitest";
import type { Route } from "../../../functions/domain/cluster-action.ts";
import { upstreamProblem } from "../../support/cluster/upstream-schemas.ts";
import { aTrafficCluster, confirm, read, shift } from "./support.ts";

const PATH = "/apis/networking.k8s.io/v1/namespaces/shop/ingresses/web";
const KEY = "alb.ingress.kubernetes.io/actions.split";
const route: Route = { router: "alb-ingress", name: "web", rule: "split" };

const groups = [
  { serviceName: "stable", servicePort: "80", weight: 20 },
  { serviceName: "canary", servicePort: "80", weight: 80 },
];
const action = {
  type: "forward",
  order: 7,
  forwardConfig: { targetGroups: groups, targetGroupStickinessConfig: { enabled: true, durationSeconds: 200 } },
};
const capitals = {
  Type: "forward",
  ForwardConfig: {
    TargetGroups: groups.map(({ serviceName, servicePort, weight }) => ({
      ServiceName: serviceName,
      ServicePort: servicePort,
      Weight: weight,
    })),
  },
};

function anIngress(value: unknown, port: object = { name: "use-annotation" }) {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: {
      name: "web",
      namespace: "shop",
      annotations: { [KEY]: typeof value === "string" ? value : JSON.stringify(value), "example.com/keep": "this" },
    },
    spec: { rules: [{ http: { paths: [{ path: "/", pathType: "Prefix", backend: { service: { name: "split", port } } }] } }] },
  };
}

const aCluster = (value: unknown = action, port?: object) => aTrafficCluster().put(PATH, anIngress(value, port));
const actionOf = (cluster: ReturnType<typeof aCluster>) =>
  JSON.parse(cluster.at<ReturnType<typeof anIngress>>(PATH).metadata.annotations[KEY] ?? "");
const toStable = (cluster: ReturnType<typeof aCluster>) => shift(cluster, route, { stable: 100, canary: 0 }, { stable: 20, canary: 80 });

describe("the annotation of an ALB Ingress (K8S-33)", () => {
  it("is edited without losing keys that we do not know, and stickiness goes off in the same write", async () => {
    const cluster = aCluster();

    expect(await toStable(cluster)).toMatchObject({ outcome: "applied" });

    expect(actionOf(cluster)).toEqual({
      type: "forward",
      order: 7,
      forwardConfig: {
        targetGroups: [
          { serviceName: "stable", servicePort: "80", weight: 100 },
          { serviceName: "canary", servicePort: "80", weight: 0 },
        ],
        targetGroupStickinessConfig: { enabled: false, durationSeconds: 200 },
      },
    });
    expect(cluster.writes).toHaveLength(1);
    expect(cluster.writes[0]?.body).toContainEqual({
      op: "test",
      path: "/metadata/annotations/alb.ingress.kubernetes.io~1actions.split",
      value: JSON.stringify(action),
    });
    expect(cluster.at<ReturnType<typeof anIngress>>(PATH).metadata.annotations).toMatchObject({
      "example.com/keep": "this",
      "rollguard.dev/fence": "7",
    });
    expect(upstreamProblem(cluster.at(PATH))).toBeNull();
    expect(await confirm(cluster, route, { stable: 100, canary: 0 })).toMatchObject({
      verdict: "proven",
      reason: expect.stringContaining("not told"),
    });
  });

  it("keeps capitalised keys, as Argo Rollouts writes them", async () => {
    const cluster = aCluster(capitals);

    expect(await toStable(cluster)).toMatchObject({ outcome: "applied" });

    expect(actionOf(cluster)).toEqual({
      Type: "forward",
      ForwardConfig: {
        TargetGroups: [
          { ServiceName: "stable", ServicePort: "80", Weight: 100 },
          { ServiceName: "canary", ServicePort: "80", Weight: 0 },
        ],
        TargetGroupStickinessConfig: { enabled: false },
      },
    });
  });

  it.each<[string, unknown, RegExp]>([
    ["is no JSON", "{type: forward", /not a forward action/],
    ["is a redirect", { type: "redirect", redirectConfig: {} }, /not a forward action/],
    [
      "names target groups by ARN",
      { type: "forward", forwardConfig: { targetGroups: [{ targetGroupARN: "arn:aws:x", weight: 1 }] } },
      /not a forward action/,
    ],
    [
      "has a weight that is no number",
      { type: "forward", forwardConfig: { targetGroups: [{ serviceName: "stable", weight: "many" }] } },
      /not a forward action/,
    ],
    [
      "has a further target group",
      { ...action, forwardConfig: { targetGroups: [...groups, { serviceName: "beta", weight: 0 }] } },
      /further backend beta/,
    ],
  ])("that %s is refused", async (_name, value, reason) => {
    const cluster = aCluster(value);

    const answer = await toStable(cluster);

    expect(answer).toMatchObject({ outcome: "refused" });
    expect(answer.reason).toMatch(reason);
    expect(cluster.writes).toEqual([]);
  });

  it("without a rule that uses it is refused: it would have no effect", async () => {
    const answer = await toStable(aCluster(action, { number: 80 }));

    expect(answer).toMatchObject({ outcome: "refused" });
    expect(answer.reason).toContain("use-annotation");
  });

  it("that changes while we write is decided anew", async () => {
    const cluster = aCluster();
    cluster.meanwhile = () => cluster.put(PATH, anIngress({ ...action, order: 8 }));
    const once = cluster.meanwhile;
    cluster.meanwhile = () => {
      cluster.meanwhile = null;
      once(cluster);
    };

    expect(await toStable(cluster)).toMatchObject({ outcome: "applied" });
    expect(actionOf(cluster)).toMatchObject({ order: 8 });
  });

  it("is found by itself when it is the only one", async () => {
    expect(await read(aCluster(), { ...route, rule: null })).toMatchObject({ arms: { stable: 20, canary: 80 } });
    expect(await read(aCluster(), { ...route, rule: "other" })).toMatchObject({ problem: expect.stringContaining("actions.other") });
  });
});
