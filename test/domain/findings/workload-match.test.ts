import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isTarget } from "../../../functions/domain/findings/workload-match.ts";
import { aTarget } from "../../support/builders/blueprint.ts";

const HOME = "us-east-1:123456789012";
const target = aTarget();
const found = (name: string, type: string | null) => {
  const { cluster, namespace } = target;
  return { cluster, namespace, region: "us-east-1", account: "123456789012", name, type };
};

/** As k8s.io/apimachinery does it in `rand.SafeEncodeString`. */
const ALPHABET = "bcdfghjklmnpqrstvwxz2456789";
const safeEncoded = (text: string) => [...text].map((character) => ALPHABET[character.charCodeAt(0) % ALPHABET.length]).join("");
const random = fc.string({ unit: fc.constantFrom(...ALPHABET), minLength: 5, maxLength: 5 });

describe("a pod of the target", () => {
  it.each([
    ["of a Job whose name begins with the target's", "checkout-migrate-x7k2p", "pods"],
    ["of an indexed Job of the same name", "checkout-5-x7k2p", "pods"],
    ["of a Job that a CronJob of the same name made", "checkout-29384756-x7k2p", "pods"],
    ["of a DaemonSet whose name begins with the target's", "checkout-worker-x7k2p", "pods"],
    ["of another DaemonSet", "checkout-cache-9xk2l", "pods"],
    ["of another Deployment", "checkout-worker-6d4cf56db6-x7k2p", "pods"],
    ["of nobody knows what", "checkout-migrate-x7k2p", null],
  ])("is none %s", (_what, name, type) => {
    expect(isTarget(found(name, type), target, HOME)).toBe(false);
  });

  it.each([
    ["another Deployment of no kind", "checkout-api", null],
    ["a ReplicaSet that bears the name of a Deployment", "checkout-api", "replicasets"],
    ["a Job of the same name", "checkout", "jobs"],
  ])("is not %s", (_what, name, type) => {
    expect(isTarget(found(name, type), target, HOME)).toBe(false);
  });

  it("is every one that a ReplicaSet of it names, whatever the hash of the template", () => {
    const hash = fc.integer({ min: 100_000, max: 2 ** 32 - 1 }).map((number) => safeEncoded(String(number)));

    fc.assert(
      fc.property(hash, random, (templateHash, pod) => {
        expect(isTarget(found(`checkout-${templateHash}`, "replicasets"), target, HOME)).toBe(true);
        expect(isTarget(found(`checkout-${templateHash}-${pod}`, "pods"), target, HOME)).toBe(true);
        expect(isTarget(found(`checkout-${templateHash}-${pod}`, null), target, HOME)).toBe(true);
      }),
    );
  });

  it.each([
    ["checkout-primary", "deployments", "Deployment", true],
    ["checkout-primary-6d4cf56db6-x7k2p", "pods", "Deployment", true],
    ["checkout-primary-6d4cf56db6", "replicasets", "Deployment", true],
    ["checkout-primary-0", "pods", "StatefulSet", false],
    ["checkout-primary-x7k2p", "pods", "Deployment", false],
  ] as const)("may be %s (%s) of a %s, which Flagger makes: %s", (name, type, kind, isIt) => {
    expect(isTarget(found(name, type), aTarget({ kind }), HOME)).toBe(isIt);
  });

  it("is every one that a DaemonSet names", () => {
    const daemonSet = aTarget({ kind: "DaemonSet" });

    fc.assert(fc.property(random, (pod) => isTarget(found(`checkout-${pod}`, "pods"), daemonSet, HOME)));
    expect(isTarget(found("checkout-proxy", "pods"), daemonSet, HOME)).toBe(false);
  });
});
