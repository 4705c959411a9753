import type { Target } from "../../domain/blueprint.ts";
import type { Confirmation, Route } from "../../domain/cluster-action.ts";
import { describeShares, type Shares, sameShares } from "../../domain/traffic.ts";
import { gitopsOwner } from "../kubernetes/gitops-owner.ts";
import type { JsonPatchOperation, KubernetesClient } from "../kubernetes/kubernetes-client.ts";
import { type LiveObject, type ObjectDecision, result, stampOperations, writeObject } from "../kubernetes/object-write.ts";
import { deepEqual } from "../kubernetes/template-equality.ts";
import { whyNotEnough } from "./endpoints.ts";
import { isProblem, type Maintenance, type Problem, type Router, type Shift } from "./router.ts";

/** The one value inside the object that holds the arms, and where it is. */
export interface ArmsValue {
  readonly pointer: string;
  readonly value: unknown;
  /** `test` operations that pin the value to what was read, and the ones that set new shares. */
  readonly set: (to: Shares) => readonly JsonPatchOperation[] | Problem;
}

/** What differs between routers whose object holds the weights itself. */
export interface WeightedRouterParts<T extends LiveObject> {
  readonly kind: string;
  /** Null when the server does not serve it. */
  readonly path: (kubernetes: KubernetesClient, target: Target, route: Route) => Promise<string | null>;
  /** A problem for everything that is not understood whole: headers, mirrors, other shapes. */
  readonly arms: (live: T, route: Route) => ArmsValue | Problem;
  /** Percent by arm in such a value; weights as they are, so a single arm has all. */
  readonly sharesIn: (value: unknown) => Shares;
  /** The value that sends everything to one backend, with the other arms at 0: they still tell which rule it is. Ports are those of the value before. */
  readonly allTo: (backend: string, before: unknown) => unknown;
  /** Has whoever serves the route taken it over? Asked only when the shares are as wanted. */
  readonly accepted: (live: T) => Confirmation;
  /** Ready endpoints of an arm of that value; null when it does not exist. */
  readonly readyOf: (where: ArmPlace<T>, arm: string) => Promise<number | null>;
}

/** Where an arm is looked for. */
export interface ArmPlace<T extends LiveObject> {
  readonly kubernetes: KubernetesClient;
  readonly target: Target;
  readonly route: Route;
  readonly live: T;
  /** As it will be after the write. */
  readonly value: unknown;
}

interface Goal {
  readonly value: unknown;
  readonly shares: Shares;
}

/** A router whose shares are fields of one object: JSON Patch with a `test` on each arm, so that other rules stay byte for byte and a reordered list fails. */
export function weightedRouter<T extends LiveObject>(parts: WeightedRouterParts<T>): Router {
  const { kind, path: pathOf, arms, sharesIn, allTo, accepted, readyOf } = parts;
  const nameOf = (target: Target, route: Route) => `${kind} ${target.namespace}/${route.name}`;
  const unserved = { problem: `the cluster does not serve ${kind}` };

  async function find(kubernetes: KubernetesClient, target: Target, route: Route): Promise<T | Problem> {
    const path = await pathOf(kubernetes, target, route);
    if (path === null) return unserved;
    return (await kubernetes.get<T>(path)) ?? { problem: `${nameOf(target, route)} does not exist` };
  }

  /** One write; `decide` sees the arms as they are, `goal` the value and the shares that it leads to. */
  async function write(
    kubernetes: KubernetesClient,
    target: Target,
    route: Route,
    {
      stamp,
      decide,
      goal,
    }: { stamp: Shift["stamp"]; decide: (live: T, arms: ArmsValue) => ObjectDecision; goal: (arms: ArmsValue) => Goal },
  ) {
    const path = await pathOf(kubernetes, target, route);
    if (path === null) return result("refused", unserved.problem);
    const reading = (live: T) => arms(live, route);
    return writeObject<T>(kubernetes, target, stamp, {
      path,
      what: nameOf(target, route),
      decide(live) {
        const found = reading(live);
        return isProblem(found) ? { decision: "refused", reason: `${nameOf(target, route)}: ${found.problem}` } : decide(live, found);
      },
      async before(live) {
        const found = reading(live);
        if (isProblem(found)) return found.problem;
        const { value, shares } = goal(found);
        const where = { kubernetes, target, route, live, value };
        return whyNotEnough(kubernetes, target, { from: sharesIn(found.value), to: shares }, (arm) => readyOf(where, arm));
      },
    });
  }

  return {
    async read(kubernetes, target, route) {
      const live = await find(kubernetes, target, route);
      if (isProblem(live)) return live;
      const found = arms(live, route);
      if (isProblem(found)) return found;
      const owner = gitopsOwner({ ...live.metadata, managedFields: [] });
      return {
        arms: sharesIn(found.value),
        token: live.metadata?.resourceVersion ?? "",
        owner: owner === null ? null : `${owner.kind} (${owner.ref})`,
        prior: JSON.stringify(found.value),
      };
    },

    shift: (kubernetes, target, route, { to, expected, orExpected = [], stamp }) =>
      write(kubernetes, target, route, {
        stamp,
        goal: ({ value }) => ({ value, shares: to }),
        decide(live, found) {
          const shares = sharesIn(found.value);
          if (sameShares(shares, to)) return { decision: "already-applied", reason: `${describeShares(to)} is set already` };
          if (![expected, ...orExpected].some((prior) => sameShares(shares, prior))) {
            return {
              decision: "superseded",
              reason: `${nameOf(target, route)} has ${describeShares(shares)}, not ${describeShares(expected)}: somebody else has set it`,
            };
          }
          const operations = found.set(to);
          if (isProblem(operations)) return { decision: "refused", reason: `${nameOf(target, route)}: ${operations.problem}` };
          return {
            decision: "write",
            reason: `${describeShares(shares)} -> ${describeShares(to)}`,
            patch: [...operations, ...stampOperations(live, stamp)],
          };
        },
      }),

    async confirm(kubernetes, target, route, to) {
      const live = await find(kubernetes, target, route);
      if (isProblem(live)) return { verdict: "inconclusive", reason: live.problem };
      const found = arms(live, route);
      if (isProblem(found)) return { verdict: "inconclusive", reason: found.problem };
      const shares = sharesIn(found.value);
      if (sameShares(shares, to)) return accepted(live);
      return { verdict: "lost", reason: `${nameOf(target, route)} has ${describeShares(shares)}, not ${describeShares(to)}` };
    },

    async maintain(kubernetes, target, route, { set, backend, prior, stamp }: Maintenance) {
      const before: unknown = JSON.parse(prior);
      return write(kubernetes, target, route, {
        stamp,
        // one ready endpoint is enough for a page that says "back soon"
        goal: () =>
          set === "on" ? { value: allTo(backend, before), shares: { [backend]: 1 } } : { value: before, shares: sharesIn(before) },
        decide(live, { pointer, value }) {
          const shares = sharesIn(value);
          const isOn = sameShares(shares, { [backend]: 100 });
          const isBefore = deepEqual(value, before);
          if (set === "on" ? isOn : isBefore)
            return { decision: "already-applied", reason: `maintenance is ${set === "on" ? "on" : "lifted"} already` };
          // a page that gets only some of the traffic any more is being lifted by this plan
          const isPartly = (shares[backend] ?? 0) > 0 && (sharesIn(before)[backend] ?? 0) === 0;
          if (set === "on" ? !isBefore : !isOn && !isPartly) {
            return { decision: "superseded", reason: `${nameOf(target, route)} has ${describeShares(shares)}: somebody else has set it` };
          }
          const next = set === "on" ? allTo(backend, before) : before;
          return {
            decision: "write",
            reason: set === "on" ? `all traffic to ${backend}` : "the route is what it was before the maintenance",
            patch: [{ op: "test", path: pointer, value }, { op: "replace", path: pointer, value: next }, ...stampOperations(live, stamp)],
          };
        },
      });
    },
  };
}
