import { createHmac } from "node:crypto";
import { kmsSeal } from "../../../functions/adapters/aws/kms-seal.ts";
import { clusterActions } from "../../../functions/adapters/cluster-actions.ts";
import { configCopies } from "../../../functions/adapters/config/config-copies.ts";
import { type SealedSecrets, sealedSecrets } from "../../../functions/adapters/config/sealed-secrets.ts";
import { eksConnections } from "../../../functions/adapters/kubernetes/eks-connections.ts";
import { kubernetesSnapshots } from "../../../functions/adapters/kubernetes/snapshot.ts";
import { keepsSecrets } from "../../../functions/domain/blueprint.ts";
import { keepRules, readRules } from "../../../functions/domain/rbac-reads.ts";
import { writeRules } from "../../../functions/domain/rbac-steps.ts";
import type { Release } from "../../../functions/domain/release.ts";
import type { RollbackInput } from "../../../functions/domain/rollback-document.ts";
import { keepConfig } from "../../../functions/entry/keep-config/keep-config.ts";
import { observeReleases } from "../../../functions/entry/observe-releases/observe-releases.ts";
import type { KeepRequest } from "../../../functions/ports/keeper.ts";
import type { MacKey } from "../../../functions/ports/mac-key.ts";
import type { KubernetesObject } from "../../../local/cluster/objects.ts";
import { aKms } from "../../adapters/aws/support/fake-kms.ts";
import { anIdentity, recordedAws } from "../../adapters/aws/support/recorded-aws.ts";
import { registryOf } from "../../support/fakes/fake-registry.ts";
import { FakeStarter } from "../../support/fakes/fake-starter.ts";
import { InMemoryBaselines } from "../../support/fakes/in-memory-baselines.ts";
import { silentLogger } from "../../support/fakes/silent-logger.ts";
import type { RollbackPorts, RunOptions, RunResult } from "../../support/machine/run-rollback.ts";
import { grantAccess } from "./grant-access.ts";
import type { ServiceOptions, ServiceScene } from "./service-scene.ts";
import { aService } from "./services.ts";

interface Stored extends KubernetesObject {
  readonly data?: Readonly<Record<string, string>>;
  readonly immutable?: boolean;
}

type Contents = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** ConfigMaps and Secrets are made before the workload, which may read them. */
export interface ReleaseOptions extends ServiceOptions {
  readonly configs?: Contents;
  readonly secrets?: Contents;
}

/** Stands for the key in KMS. */
export const MAC_KEY: MacKey = { mac: async (text) => createHmac("sha256", "key").update(text).digest("base64") };

/** A service with snapshots: the real observer and keeper over the cluster, with the Roles that the blueprint asks for. */
export class ReleaseScene {
  readonly service: ServiceScene;
  private readonly snapshots = kubernetesSnapshots({ macKey: MAC_KEY });
  private readonly sealed: SealedSecrets;

  private constructor(service: ServiceScene, sealed: SealedSecrets) {
    this.service = service;
    this.sealed = sealed;
  }

  static async start(options: ReleaseOptions = {}) {
    const { configs = {}, secrets = {}, ...rest } = options;
    const service = await aService({
      ...rest,
      prepare: async ({ client, namespace }) => {
        const core = `/api/v1/namespaces/${namespace}`;
        for (const [name, data] of Object.entries(configs)) await client.post(`${core}/configmaps`, { metadata: { name }, data });
        for (const [name, stringData] of Object.entries(secrets)) await client.post(`${core}/secrets`, { metadata: { name }, stringData });
      },
    });
    const { blueprint, client, namespace } = service;
    // Sealed ones have no copies in the namespace, whose names nobody knows beforehand.
    const names = blueprint.restore.secrets === "encrypted" ? Object.keys(secrets) : undefined;
    const written = names === undefined ? {} : { names };
    const step = {
      kind: "restore-config",
      configs: [{ kind: "ConfigMap" }, ...(keepsSecrets(blueprint.restore) ? [{ kind: "Secret", ...written } as const] : [])],
    } as const;
    await grantAccess(client, namespace, "read", [...readRules(blueprint, names), ...keepRules(blueprint, names)]);
    await grantAccess(client, namespace, "write", [
      ...writeRules(blueprint.target, step),
      ...writeRules(blueprint.target, { kind: "restore-autoscaler" }),
      ...writeRules(blueprint.target, { kind: "restore-scale" }),
    ]);
    const { url } = await recordedAws(aKms());
    const seal = kmsSeal("key", { identity: anIdentity(), environment: { AWS_ENDPOINT_URL_KMS: url } });
    return new ReleaseScene(service, sealedSecrets({ archive: service.archive, seal, macKey: MAC_KEY }));
  }

  /** One look of `observe-releases`, with the copies that it asks for, and a second one, which sees them. The release gets the verdict as an hour of looks would give it. */
  async observed(verdict: Release["verdict"] = "good"): Promise<Release> {
    await this.look();
    const recorded = await this.look();
    const hash = recorded.releases[0]?.hash;
    const release = (await this.service.ledger.releases(this.service.blueprint.service)).find((candidate) => candidate.hash === hash);
    if (release === undefined) throw new Error(`no release was recorded: ${JSON.stringify(recorded)}`);
    await this.service.observed(verdict);
    const hourAgo = new Date(Date.now() - 3_600_000).toISOString();
    const lastSeenAt = new Date(Date.now() - 1000).toISOString();
    const aged = { ...release, verdict, verdictBy: "observe-releases", firstSeenAt: hourAgo, liveSince: hourAgo, lastSeenAt };
    this.service.ledger.seedReleases(aged);
    return aged;
  }

  look() {
    const { service } = this;
    const blueprints = registryOf(service.blueprint);
    const keep = keepConfig({ blueprints, copies: configCopies({ connect: eksConnections(), macKey: MAC_KEY, sealed: this.sealed }) });
    const keeper = {
      ask: async (request: KeepRequest) =>
        void (await keep({ ...request, copy: [...request.copy], needed: [...request.needed] }, { logger: silentLogger })),
    };
    const ports = {
      ...{ ...service.ports(), keeper, snapshots: this.snapshots, starter: new FakeStarter(), archive: service.archive },
      baselines: new InMemoryBaselines(),
    };
    return observeReleases(ports)({ service: service.blueprint.service }, { logger: silentLogger });
  }

  rollBack(options: RunOptions & { readonly ports?: Partial<RollbackPorts>; readonly input?: RollbackInput } = {}): Promise<RunResult> {
    const actions = clusterActions(eksConnections(), { macKey: MAC_KEY, sealed: this.sealed });
    return this.service.rollBack({ ...options, ports: { snapshots: this.snapshots, actions, ...options.ports } });
  }

  async config(name: string): Promise<Stored["data"]> {
    return (await this.service.client.get<Stored>(this.path(name))).data;
  }

  /** As a pipeline applies it: whole. */
  async setConfig(name: string, data: Readonly<Record<string, string>>): Promise<void> {
    await this.service.client.patch(this.path(name), [{ op: "replace", path: "/data", value: data }], "json");
  }

  /** Copies that were made of it, by name. */
  async copies(): Promise<readonly Stored[]> {
    const all = await this.service.client.list<Stored>(`/api/v1/namespaces/${this.service.namespace}/configmaps`);
    return all.filter(({ metadata }) => metadata.name.startsWith("rollguard-snap-"));
  }

  private path(name: string): string {
    return `/api/v1/namespaces/${this.service.namespace}/configmaps/${name}`;
  }
}
