import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { podsToReplace, type ReplaceablePod, type ReplaceScene } from "../../functions/domain/replace-pods.ts";

const NEW = "checkout-new";
const OLD = "checkout-old";

function aPod(ordinal: number, overrides: Partial<ReplaceablePod> = {}): ReplaceablePod {
  return { name: `checkout-${ordinal}`, uid: `uid-${ordinal}`, ordinal, revision: OLD, ready: true, terminating: false, ...overrides };
}

function scene(pods: readonly ReplaceablePod[], overrides: Partial<ReplaceScene> = {}): ReplaceScene {
  return { revision: NEW, partition: 0, wanted: pods.length, pods, ...overrides };
}

const names = (pods: readonly ReplaceablePod[]) => pods.map(({ name }) => name);

describe("the pods of an ordered StatefulSet that are to be replaced", () => {
  it("are those of another revision that are not ready, all of them, by ordinal", () => {
    const { next } = podsToReplace(scene([aPod(2, { ready: false }), aPod(1), aPod(0, { ready: false })]), "broken");

    expect(names(next)).toEqual(["checkout-0", "checkout-2"]);
  });

  it.each([
    ["of the restored revision, and only starting", { revision: NEW, ready: false }],
    ["on its way out already", { ready: false, terminating: true }],
    ["healthy: the controller replaces it by itself", {}],
  ])("are not one that is %s", (_name, pod) => {
    expect(podsToReplace(scene([aPod(0, pod)]), "broken")).toMatchObject({ next: [], waiting: false });
  });

  it("are none below the partition", () => {
    const broken = [0, 1, 2].map((ordinal) => aPod(ordinal, { ready: false }));

    expect(names(podsToReplace(scene(broken, { partition: 2 }), "broken").next)).toEqual(["checkout-2"]);
  });

  it("are none before the restored template is observed: they would come back with the bad one", () => {
    const result = podsToReplace(scene([aPod(0, { ready: false })], { revision: null }), "broken");

    expect(result).toMatchObject({ next: [], waiting: true, reason: expect.stringContaining("not observed") });
  });
});

describe("the pods under OnDelete", () => {
  it("go one by one, the highest ordinal first", () => {
    expect(names(podsToReplace(scene([aPod(0), aPod(1), aPod(2)]), "each").next)).toEqual(["checkout-2"]);
  });

  it.each([
    ["is on its way out", [aPod(0), aPod(1, { terminating: true })], 2],
    ["is not ready yet", [aPod(0), aPod(1, { revision: NEW, ready: false })], 2],
    ["is not there yet", [aPod(0)], 2],
  ])("wait while the one before %s", (_name, pods, wanted) => {
    expect(podsToReplace(scene(pods, { wanted }), "each")).toMatchObject({ next: [], waiting: true });
  });

  it("have no ordinals under a DaemonSet, and go one by one all the same", () => {
    const pods = ["b", "a"].map((name) => aPod(0, { name, ordinal: null }));

    expect(names(podsToReplace(scene(pods), "each").next)).toEqual(["b"]);
  });

  it("end with all of them replaced, never more than one missing at a time, wherever it starts", () => {
    const anyPod = fc.record({ revision: fc.constantFrom(OLD, NEW), ready: fc.boolean() });
    fc.assert(
      fc.property(fc.array(anyPod, { minLength: 1, maxLength: 8 }), (drawn) => {
        let pods = drawn.map((pod, ordinal) => aPod(ordinal, pod));
        const start = pods.filter(({ ready }) => ready).length;
        for (let look = 0; look < 40; look += 1) {
          const { next, waiting } = podsToReplace(scene(pods), "each");
          if (next.length === 0 && !waiting) break;
          const healthy = next.filter(({ ready }) => ready);
          expect(healthy.length).toBeLessThanOrEqual(1);
          if (healthy.length === 1) expect(pods.filter(({ ready }) => !ready)).toEqual([]);
          // deleted pods come back with the new revision; between two looks everything gets ready that can
          pods = pods.map((pod) => (next.includes(pod) ? { ...pod, revision: NEW, ready: false } : pod));
          pods = pods.map((pod) => (pod.revision === NEW && !next.some(({ name }) => name === pod.name) ? { ...pod, ready: true } : pod));
        }
        expect(pods.map(({ revision }) => revision)).toEqual(pods.map(() => NEW));
        expect(start).toBeLessThanOrEqual(pods.length);
      }),
    );
  });
});
