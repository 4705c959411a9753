import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { layoutOf } from "../../../local/cluster/api/field-layout.ts";
import {
  claimedFields,
  compareFields,
  decodeFields,
  encodeFields,
  fieldText,
  fieldValues,
} from "../../../local/cluster/api/field-paths.ts";
import { RESOURCE_TYPES } from "../../../local/cluster/api/resource-types.ts";
import { applyConfiguration } from "../../../local/cluster/api/server-side-apply.ts";
import { enrolNamespace } from "../../../local/cluster/enrol.ts";
import { inProcessClient } from "../../../local/cluster/in-process-client.ts";
import type { KubernetesObject } from "../../../local/cluster/objects.ts";
import { createDeployment, deploymentPath } from "../../../local/cluster/seed.ts";
import { aSimulatedCluster, NAMESPACE } from "../../support/cluster/simulated-cluster.ts";

const TYPE = RESOURCE_TYPES.deployments;
const LAYOUT = layoutOf(TYPE);
const NOW = new Date("2026-03-01T12:00:00Z");

const word = fc.constantFrom("a", "b", "c.d/e", "f");
const environment = fc.uniqueArray(fc.record({ name: word, value: word }), { selector: ({ name }) => name, maxLength: 4 });
const containers = fc.uniqueArray(fc.record({ name: word, image: word, env: environment }), { selector: ({ name }) => name, maxLength: 3 });
const configuration = fc
  .record({ annotations: fc.dictionary(word, word), replicas: fc.nat(3), containers })
  .map(({ annotations, replicas, containers: list }) =>
    aDeployment({ annotations }, { replicas, template: { spec: { containers: list } } }),
  );

function aDeployment(metadata: object, spec: object): KubernetesObject {
  return { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web", ...metadata }, spec } as unknown as KubernetesObject;
}

const apply = (live: KubernetesObject | undefined, wanted: KubernetesObject, manager: string, force = false): KubernetesObject =>
  applyConfiguration(TYPE, live, wanted, { manager, force, version: "v1", now: NOW });

/** Every plain value of an object by its path; maps and lists that hold parts do not count, empty or not. */
const valuesOf = (object: KubernetesObject): Record<string, string> =>
  Object.fromEntries([...fieldValues(object, LAYOUT)].filter(([, value]) => !value.startsWith(" ")));

describe("the fields of an object", () => {
  it("survive being written as FieldsV1 and read again", () => {
    fc.assert(
      fc.property(configuration, (object) => {
        const paths = new Set(fieldValues(object, LAYOUT).keys());
        expect(decodeFields(encodeFields(paths))).toEqual(paths);
      }),
    );
  });

  it("do not differ from themselves", () => {
    fc.assert(
      fc.property(configuration, (object) => {
        expect(compareFields(object, structuredClone(object), LAYOUT)).toEqual({ changed: new Set(), removed: new Set() });
      }),
    );
  });

  it("do not change by the order of a list that merges by key", () => {
    fc.assert(
      fc.property(containers, (list) => {
        const [one, other] = [list, list.toReversed()].map((order) => aDeployment({}, { template: { spec: { containers: order } } }));
        expect(compareFields(one, other, LAYOUT)).toEqual({ changed: new Set(), removed: new Set() });
      }),
    );
  });

  it("are named as conflicts name them", () => {
    const object = aDeployment(
      { annotations: { "rollguard.dev/execution": "x" }, finalizers: ["keep"] },
      { template: { spec: { containers: [{ name: "app", ports: [{ containerPort: 80 }] }] } } },
    );

    expect([...claimedFields(object, LAYOUT)].map(fieldText)).toEqual(
      expect.arrayContaining([
        ".metadata.annotations.rollguard.dev/execution",
        '.metadata.finalizers[="keep"]',
        '.spec.template.spec.containers[name="app"].ports[containerPort=80,protocol="TCP"].containerPort',
      ]),
    );
  });
});

describe("server-side apply", () => {
  it("twice is the same as once", () => {
    fc.assert(
      fc.property(configuration, (wanted) => {
        const once = apply(undefined, wanted, "ci");
        expect(apply(once, wanted, "ci")).toEqual(once);
      }),
    );
  });

  it("by its only manager leaves exactly what was applied last", () => {
    fc.assert(
      fc.property(configuration, configuration, (first, second) => {
        const live = apply(apply(undefined, first, "ci"), second, "ci");
        expect(valuesOf(live)).toEqual(valuesOf(second));
      }),
    );
  });

  it("by force always passes, and without force fails or takes nothing from anybody", () => {
    fc.assert(
      fc.property(configuration, configuration, (first, second) => {
        const live = apply(undefined, first, "ci");
        expect(valuesOf(apply(live, second, "other", true))).toMatchObject(valuesOf(second));
        try {
          const owners = apply(live, second, "other").metadata.managedFields ?? [];
          expect(owners.find(({ manager }) => manager === "ci")).toEqual(live.metadata.managedFields?.[0]);
        } catch (error) {
          expect(error).toMatchObject({ status: { code: 409, reason: "Conflict" } });
        }
      }),
    );
  });
});

describe("the right to apply", () => {
  const manifest = (name: string) => ({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name },
    spec: {
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: "app", image: "demo/web:v2" }] } },
    },
  });

  it("is patch for what is there, and create besides for what is not", async () => {
    const { simulator, client } = await aSimulatedCluster({ kubelet: false, simulator: { grants: {} } });
    await enrolNamespace(client, NAMESPACE);
    await createDeployment(client, { namespace: NAMESPACE, name: "web", image: "demo/web:v1", replicas: 0 });
    const writer = inProcessClient(simulator, { user: { username: "someone", groups: ["rollguard:write"] } });
    const send = (name: string) =>
      writer.transport.send({
        method: "PATCH",
        path: `${deploymentPath(NAMESPACE, name)}?fieldManager=ci&force=true`,
        contentType: "application/apply-patch+yaml",
        body: manifest(name),
      });

    expect((await send("web")).code).toBe(200);
    expect(await send("new")).toMatchObject({
      code: 403,
      body: { message: expect.stringContaining('User "someone" cannot create resource "deployments" in API group "apps"') },
    });
  });
});
