import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type GroupNode, layersOf, WAVE_SIZE, wavesOf } from "../../../functions/domain/group/waves.ts";

/** Members whose edges lead to earlier ones only: any order of names, never a circle. */
const acyclic = fc
  .uniqueArray(fc.stringMatching(/^[a-z]{1,6}$/), { minLength: 1, maxLength: 12 })
  .chain((names) =>
    fc.tuple(fc.constant(names), fc.array(fc.array(fc.nat(), { maxLength: 4 }), { minLength: names.length, maxLength: names.length })),
  )
  .map(([names, edges]): GroupNode[] =>
    names.map((service, index) => ({
      service,
      dependsOn: index === 0 ? [] : [...new Set((edges[index] ?? []).map((edge) => names[edge % index] ?? ""))],
    })),
  );

const indexOf = (waves: readonly (readonly string[])[], service: string) => waves.findIndex((wave) => wave.includes(service));

describe("the waves of a group", () => {
  it("put every dependency in an earlier wave, hold at most five, and hold each member exactly once (property)", () => {
    fc.assert(
      fc.property(acyclic, (members) => {
        const names = members.map(({ service }) => service);

        const waves = wavesOf(layersOf(members), names);

        expect(waves.flat().sort()).toEqual([...names].sort());
        expect(Math.max(...waves.map((wave) => wave.length))).toBeLessThanOrEqual(WAVE_SIZE);
        for (const { service, dependsOn } of members)
          for (const before of dependsOn) expect(indexOf(waves, before)).toBeLessThan(indexOf(waves, service));
      }),
    );
  });

  it("keep the order of those that are rolled back though one between them is left out (property)", () => {
    fc.assert(
      fc.property(acyclic, fc.infiniteStream(fc.boolean()), (members, coins) => {
        const layers = layersOf(members);
        const chosen = members.map(({ service }) => service).filter(() => coins.next().value);

        const waves = wavesOf(layers, chosen);

        expect(waves.flat().sort()).toEqual([...chosen].sort());
        for (const one of chosen)
          for (const other of chosen)
            if (indexOf(layers, one) < indexOf(layers, other)) expect(indexOf(waves, one)).toBeLessThan(indexOf(waves, other));
      }),
    );
  });

  it("do not depend on the order of the blueprints (property)", () => {
    fc.assert(
      fc.property(
        acyclic.chain((members) => fc.tuple(fc.constant(members), fc.shuffledSubarray(members, { minLength: members.length }))),
        ([members, shuffled]) => {
          expect(layersOf(shuffled)).toEqual(layersOf(members));
        },
      ),
    );
  });

  it("lose nobody of a circle", () => {
    const circle = [
      { service: "a", dependsOn: ["b"] },
      { service: "b", dependsOn: ["a"] },
      { service: "c", dependsOn: [] },
    ];

    expect(layersOf(circle)).toEqual([["c"], ["a", "b"]]);
  });

  it("order nothing by a name that is no member", () => {
    expect(layersOf([{ service: "a", dependsOn: ["gone"] }])).toEqual([["a"]]);
  });
});
