import { expect, it } from "vitest";
import { formatProblem } from "../../blueprints/blueprint-error.ts";
import { parseBlueprintText } from "../../blueprints/load-blueprints.ts";
import { DEMO_STACK } from "./authored-blueprint.ts";

/** Line numbers in this file are those of the text. */
const GOOD = `metadata: { name: checkout, version: 1.0.0 }
spec:
  performance: { latency_p95_target: 200ms }
  target:
    deployment: web
    region: eu-west-1
    role_arn: arn:aws:iam::111122223333:role/rollguard
  traffic:
    router: gateway-api
    route: shop
    stable: checkout-stable
    canary: checkout-canary
    maintenance: off
  restore:
    secrets: names
    config_maps: true
  gitops:
    hold: true
`;

function problemsOf(text: string): readonly string[] {
  return parseBlueprintText(text, "checkout.yaml", DEMO_STACK).problems.map(formatProblem);
}

it("the text that the cases break is good", () => {
  expect(problemsOf(GOOD)).toEqual([]);
});

it.each([
  ["deployment: web", "deplyoment: web", '5:5 spec.target.deplyoment: unknown key "deplyoment" (did you mean "deployment"?)'],
  [
    "deployment: web",
    "deployment: web\n    stateful_set: db",
    "6:19 spec.target.stateful_set: a service has one workload, and both deployment and stateful_set name one (keep one of deployment, stateful_set, daemon_set, rollout)",
  ],
  [
    "deployment: web",
    "rollout: Web",
    '5:14 spec.target.rollout: expected the name of an Argo Rollout, got "Web" (Argo Rollout (argoproj.io), instead of a Deployment.)',
  ],
  [
    "eu-west-1",
    "Ireland",
    '6:13 spec.target.region: expected an AWS region, such as eu-central-1, got "Ireland" (Region of the cluster. Default: the stack\'s.)',
  ],
  [
    "role/rollguard",
    "user/me",
    '7:15 spec.target.role_arn: expected the ARN of an IAM role, got "arn:aws:iam::111122223333:user/me" (Role to assume for a cluster of another account. Default: none.)',
  ],
  [
    "gateway-api",
    "gateway",
    '9:13 spec.traffic.router: expected one of gateway-api, alb-ingress, istio, argo-rollouts, flagger, service-selector, got "gateway" (What splits the traffic; the route is an object of this kind.)',
  ],
  [
    "    route: shop\n",
    "",
    "8:3 spec.traffic.route: route is missing (add it: HTTPRoute, Ingress, VirtualService, Rollout, Canary or Service, in the workload's namespace.)",
  ],
  [
    "maintenance: off",
    "maintenance: on",
    '13:18 spec.traffic.maintenance: expected one of off, on-critical, got "on" (on-critical: a critical incident that is answered by strategy immediate sends all traffic to maintenance_backend, which is downtime, until the restored release has passed its checks. Default off.)',
  ],
  [
    "checkout-canary",
    "checkout-stable",
    "12:13 spec.traffic.canary: stable and canary are both checkout-stable: nothing could be shifted (name the two backends)",
  ],
  [
    "secrets: names",
    "secrets: all",
    '15:14 spec.restore.secrets: expected one of names, digests, copies, encrypted, got "all" (names (default): no Secret is read. digests: a change is seen. copies: immutable copies in the cluster. encrypted: sealed in the archive under KMS, outside the cluster.)',
  ],
  ["config_maps: true", "configmaps: true", '16:5 spec.restore.configmaps: unknown key "configmaps" (did you mean "config_maps"?)'],
  [
    "hold: true",
    "hold: 2m",
    '18:11 spec.gitops.hold: expected true or false, got "2m" (Suspend the controller before rolling back; a person resumes it. false: roll back, watch, and report when it undoes that. Default true.)',
  ],
])("%j written as %j", (from, to, problem) => {
  expect(GOOD.split(from)).toHaveLength(2);

  expect(problemsOf(GOOD.replace(from, to))).toEqual([`checkout.yaml:${problem}`]);
});
