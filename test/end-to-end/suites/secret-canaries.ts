import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import { dynamoReleaseLedger } from "../../../functions/adapters/aws/dynamo-release-ledger.ts";
import { kmsSeal } from "../../../functions/adapters/aws/kms-seal.ts";
import { PARAMETERS } from "../../../infra/parameters.ts";
import { DEMO_CLUSTER, DEMO_NAMESPACE } from "../../../local/scenarios/demo-cluster.ts";
import { canariesIn, findCanaries } from "../../canaries/find-canaries.ts";
import { plantCanaries } from "../support/canaries.ts";
import { type CanaryRun, playParcels, playWallet, type WalletRun } from "../support/canaries-scene.ts";
import { hearEverything, parameter, readSinks, type Sink } from "../support/canaries-sinks.ts";
import type { Stage } from "../support/stage.ts";
import { waitUntil } from "../support/wait-until.ts";

interface Played {
  readonly wallet: WalletRun;
  readonly parcels: CanaryRun;
  readonly sinks: readonly Sink[];
}

/** Values that only the cluster may know are planted everywhere, services with them are rolled back, and then everything that Rollguard keeps or says is searched. */
export function describeSecretCanaries(stage: () => Stage): void {
  describe.concurrent("secret canaries", () => {
    const canaries = plantCanaries();
    const values = Object.values(canaries);
    const nameOf = (value: string) => Object.entries(canaries).find(([, canary]) => canary === value)?.[0];
    let playing: Promise<Played>;
    beforeAll(() => {
      playing = play(stage());
      playing.catch(() => undefined);
    });

    async function play(stage: Stage): Promise<Played> {
      const { target, inbox, executions } = stage;
      const heardAt = await hearEverything(target.outputs.TopicArn);
      const [wallet, parcels] = await Promise.all([playWallet(stage, canaries), playParcels(stage, canaries)]);
      const incidents = [wallet, parcels].map(({ incident }) => incident.meta.id);
      for (const id of incidents) await waitUntil(`people are told of ${id}`, () => inbox.about(id).length > 0);
      const names = [...(await executions.names("wallet")), ...(await executions.names("parcels"))];
      for (const name of names) await executions.ended(name);
      const arn = target.outputs.MachineArn.replace(":stateMachine:", ":execution:");
      const sinks = await readSinks(stage, {
        services: ["wallet", "parcels"],
        incidents,
        executions: names.map((name) => `${arn}:${name}`),
        heardAt,
      });
      return { wallet, parcels, sinks };
    }

    it.concurrent("K8S-17: no planted value is in the archive, the table, history, logs, messages, reports or what the command prints", async () => {
      const { wallet, parcels, sinks } = await playing;

      expect(wallet.incident.meta).toMatchObject({ outcome: "recovered" });
      expect(parcels.incident.meta.outcome).not.toBe("recovered");
      const leaks = sinks.flatMap(({ name, pieces }) =>
        pieces.flatMap((piece) =>
          findCanaries(piece, values).map(({ canary, via }) => ({ name, canary: nameOf(canary), via, where: around(piece, canary) })),
        ),
      );
      expect(leaks).toEqual([]);
    });

    it.concurrent("the same search finds each of them in what the API server says without redaction, and no place that was searched is empty", async () => {
      const { wallet, parcels, sinks } = await playing;
      const raw = [...wallet.raw, ...parcels.raw];
      const archived = JSON.stringify({ evidence: gzipSync(raw.join("\n")).toString("base64") });

      expect(new Set(raw.flatMap((text) => canariesIn(text, values)))).toEqual(new Set(values));
      expect(new Set(canariesIn(archived, values))).toEqual(new Set(values));
      const sizes = sinks.map(({ name, pieces }) => [name, pieces.join("").length] as const);
      // Only what could not be delivered lies in those.
      expect(sizes.filter(([name, size]) => size < 500 && name !== "other queues")).toEqual([]);
      // What the values stood in did get there.
      const textOf = (wanted: string) => sinks.find(({ name }) => name === wanted)?.pieces.join("\n");
      expect(textOf("the archive")).toContain("login failed: user=app password=[redacted]");
      for (const name of ["the table", "execution history", "functions' logs", "the command", "reports"]) {
        expect(textOf(name), name).toContain("API_KEY=[redacted]");
        expect(textOf(name), name).toContain("DB_PASSWORD=[redacted]");
      }
      expect(textOf("what people are told")).toContain("DB_PASSWORD=[redacted]");
    });

    it.concurrent("a release comes back from its sealed template and the copies of its configuration; the template opens by its key, for its service alone", async () => {
      const { wallet, sinks } = await playing;
      const ledger = dynamoReleaseLedger(stage().target.outputs.TableName);
      const sealed = await ledger.sealedTemplate("wallet", wallet.hash);
      if (sealed === null) throw new Error("the template was not kept");
      const seal = kmsSeal(await parameter(PARAMETERS.archiveKeyArn));
      const whose = { cluster: DEMO_CLUSTER, namespace: DEMO_NAMESPACE, service: "wallet" };

      expect(canariesIn(await seal.open(sealed, whose), values)).toEqual(expect.arrayContaining([canaries.environment, canaries.argument]));
      await expect(seal.open(sealed, { ...whose, service: "parcels" })).rejects.toThrow("sealed for something else");
      expect(sinks.find(({ name }) => name === "the table")?.pieces.join("")).toContain(sealed.sealed);
      // The Secret's contents are told apart by a keyed digest, and come from a copy beside it.
      const kept = (await ledger.releases("wallet")).find(({ hash }) => hash === wallet.hash)?.parts.configs;
      expect(kept).toContainEqual(expect.objectContaining({ kind: "Secret", dataHash: expect.any(String), copy: expect.any(String) }));
      // Its ReplicaSet was gone: the template, values and all, can only have come from there.
      const live = JSON.stringify(wallet.restored);
      expect(canariesIn(live, values)).toEqual(expect.arrayContaining([canaries.environment, canaries.secret, canaries.configMap]));
      expect(canariesIn(live, [canaries.badEnvironment, canaries.badSecret, canaries.badConfigMap])).toEqual([]);
    });
  });
}

/** What stands before a value, where it stands as it is. */
function around(piece: string | Buffer, canary: string): string {
  const text = String(piece);
  const at = text.indexOf(canary);
  return at < 0 ? text.slice(0, 200) : text.slice(Math.max(0, at - 200), at);
}
