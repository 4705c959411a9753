import { ANNOTATIONS } from "../../functions/domain/workload.ts";
import type { Deployment } from "../../local/cluster/objects.ts";
import { backdate, deploymentPath, deploymentsPath, isRolledOut, waitForDeployment } from "../../local/cluster/seed.ts";
import type { LocalTarget } from "../../local/local-target.ts";
import { DEMO_NAMESPACE } from "../../local/scenarios/demo-cluster.ts";
import { goodSince } from "../../local/scenarios/seed-ledger.ts";
import { eventually } from "../eventually.ts";

const BAD_TAG = "v2-slow";
/** The good release was last seen this long ago: before the onset that the alarm tells of. */
const DEPLOYED_SECONDS_AGO = 120;
const AT_ONCE = { type: "RollingUpdate", rollingUpdate: { maxSurge: "100%", maxUnavailable: 0 } };
const OWN = { type: "RollingUpdate", rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%" } };

/** The first write that an execution made: a template that the API server has stored. */
export interface FirstWrite {
  /** Epoch milliseconds at which the watch showed it. */
  readonly at: number;
  readonly image: string;
  /** Who wrote, by the annotation in the same write. */
  readonly execution: string;
}

/** The service that gets its bad release again and again. */
export class Patient {
  readonly service: string;
  readonly goodImage: string;
  readonly #target: LocalTarget;

  constructor(target: LocalTarget, service: string) {
    const facts = target.seeded.get(service);
    if (facts === undefined) throw new Error(`${service} was not seeded`);
    this.#target = target;
    this.service = service;
    this.goodImage = facts.image;
  }

  /** The bad release is live and rolled out, the good one was seen good until just before, nobody holds the lock, and no mark of ours and no memory of earlier rollbacks is left. */
  async reset(): Promise<void> {
    const { client } = this.#target.cluster;
    const badImage = this.goodImage.replace(/:.*$/, `:${BAD_TAG}`);
    const annotations = { [ANNOTATIONS.execution]: null, [ANNOTATIONS.fence]: null, [ANNOTATIONS.savedStrategy]: null };
    const template = { spec: { containers: [{ name: "app", image: badImage }] } };
    const patch = (body: unknown) => client.patch(deploymentPath(DEMO_NAMESPACE, this.service), body, "strategic");
    await patch({ metadata: { annotations }, spec: { strategy: AT_ONCE, template } });
    await this.#rolledOut(badImage);
    await patch({ spec: { strategy: OWN } });
    await this.#rolledOut(badImage);
    await this.#age(badImage);
    await this.#seedLedger();
    await this.#target.forgetRollbacks();
    await this.lockIsFree();
  }

  async lockIsFree(): Promise<void> {
    const { store } = this.#target;
    await eventually(`the lock of ${this.service} is free`, async () => (await store.holder(this.service)) === null, 15);
  }

  /** Resolves with the next template that is stored, whoever writes it. Listening when the promise is made, so make it before the alarm. */
  async nextTemplate(withinSeconds: number): Promise<{ readonly written: Promise<FirstWrite> }> {
    const { client } = this.#target.cluster;
    const before = await this.#live();
    const { promise, resolve, reject } = Promise.withResolvers<FirstWrite>();
    const { promise: listening, resolve: listens } = Promise.withResolvers<void>();
    const selector = encodeURIComponent(`metadata.name=${this.service}`);
    const watch = client.watch(`${deploymentsPath(DEMO_NAMESPACE)}?fieldSelector=${selector}`, ({ object }) => {
      const at = Date.now();
      listens();
      const deployment = object as unknown as Deployment;
      if (imageOf(deployment) === imageOf(before)) return;
      resolve({ at, image: imageOf(deployment), execution: deployment.metadata.annotations?.[ANNOTATIONS.execution] ?? "" });
    });
    const complain = () => reject(new Error(`the template of ${this.service} was not changed within ${withinSeconds} s`));
    const timer = setTimeout(complain, withinSeconds * 1000);
    void watch.ended.then(complain);
    const written = promise.finally(() => {
      clearTimeout(timer);
      watch.stop();
    });
    await Promise.race([listening, written]);
    return { written };
  }

  async #rolledOut(image: string): Promise<void> {
    const until = (deployment: Deployment) => imageOf(deployment) === image && isRolledOut(deployment);
    await waitForDeployment(this.#target.cluster.client, DEMO_NAMESPACE, this.service, { until });
  }

  #live(): Promise<Deployment> {
    return this.#target.cluster.client.get<Deployment>(deploymentPath(DEMO_NAMESPACE, this.service));
  }

  /** A deploy that is younger than the onset would be no suspect. */
  async #age(image: string): Promise<void> {
    const { client } = this.#target.cluster;
    const creationTimestamp = new Date(Date.now() - DEPLOYED_SECONDS_AGO * 1000).toISOString();
    const { replicaSet, image: live } = await this.#target.demo.facts(this.service);
    if (live !== image) throw new Error(`${this.service} runs ${live}, expected ${image}`);
    await backdate(client, { resource: "replicasets", namespace: DEMO_NAMESPACE, name: replicaSet.name, creationTimestamp });
  }

  async #seedLedger(): Promise<void> {
    const { seeded, ledger } = this.#target;
    const facts = seeded.get(this.service);
    if (facts === undefined) throw new Error(`${this.service} was not seeded`);
    const [since, lastSeen] = [3600, DEPLOYED_SECONDS_AGO].map((seconds) => new Date(Date.now() - seconds * 1000)) as [Date, Date];
    await ledger.save(goodSince(this.service, facts, since, lastSeen), null);
  }
}

function imageOf({ spec }: Deployment): string {
  return spec.template.spec.containers[0]?.image ?? "";
}
