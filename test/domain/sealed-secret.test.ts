import fc from "fast-check";
import { expect, it } from "vitest";
import { copyName } from "../../functions/adapters/kubernetes/config-copy.ts";
import { isSealedCopy, sealedSecretKey, serviceOfSealedKey } from "../../functions/domain/sealed-secret.ts";

const name = fc.stringMatching(/^[a-z0-9]([a-z0-9.-]{0,20}[a-z0-9])?$/);
const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?$/);
const mac = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString("base64"));
const content = fc.record({ target: fc.record({ cluster: label, namespace: label }), service: label, name, mac });
type Content = typeof content extends fc.Arbitrary<infer Value> ? Value : never;
const keyOf = ({ target, service, name, mac }: Content) => sealedSecretKey(target, service, name, mac);

it("two contents share a key only if everything about them is the same", () => {
  fc.assert(
    fc.property(content, content, (one, other) => {
      expect(keyOf(one) === keyOf(other)).toBe(JSON.stringify(one) === JSON.stringify(other));
      expect(keyOf(one)).toBe(keyOf(structuredClone(one)));
    }),
  );
});

it("a key is a path of plain characters in a folder of its own, and is told from the name of a copy in the cluster", () => {
  fc.assert(
    fc.property(content, (one) => {
      expect(keyOf(one)).toMatch(/^secrets(\/[A-Za-z0-9._-]+){5}\.json$/);
      expect(isSealedCopy(keyOf(one))).toBe(true);
      expect(isSealedCopy(copyName({ service: "checkout", name: one.name, dataHash: one.mac }))).toBe(false);
    }),
  );
});

it("a key tells the service of its content, and nothing for another Secret, content, namespace or cluster", () => {
  fc.assert(
    fc.property(content, content, (one, other) => {
      const { target, service, name, mac } = one;

      expect(serviceOfSealedKey(keyOf(one), target, { name, dataHash: mac })).toBe(service);
      fc.pre(other.name !== name && other.mac !== mac && other.target.cluster !== target.cluster);
      expect(serviceOfSealedKey(keyOf(one), target, { name: other.name, dataHash: mac })).toBeNull();
      expect(serviceOfSealedKey(keyOf(one), target, { name, dataHash: other.mac })).toBeNull();
      expect(serviceOfSealedKey(keyOf(one), target, { name, dataHash: null })).toBeNull();
      expect(serviceOfSealedKey(keyOf(one), other.target, { name, dataHash: mac })).toBeNull();
    }),
  );
  expect(serviceOfSealedKey("secrets", { cluster: "demo", namespace: "shop" }, { name: "db", dataHash: "bWFj" })).toBeNull();
});
