import type { Blueprint } from "../../../functions/domain/blueprint.ts";
import { InvalidInputError } from "../../../functions/domain/errors.ts";
import type { Snapshot } from "../../../functions/domain/release.ts";
import type { WorkloadState } from "../../../functions/domain/workload.ts";
import type { Keeper, KeepRequest } from "../../../functions/ports/keeper.ts";
import type { SealedTemplate } from "../../../functions/ports/release-ledger.ts";
import type { Seal, SealContext } from "../../../functions/ports/seal.ts";
import type { SnapshotPass, Snapshots } from "../../../functions/ports/snapshots.ts";
import { aSnapshot, releaseParts } from "../builders/release.ts";

/** What services look like, by name; one that nobody described has a snapshot that fits the workload's state. An Error is thrown. */
export class FakeSnapshots implements Snapshots {
  readonly described = new Map<string, Snapshot | Error | null>();
  readonly scopes: string[] = [];

  pass(scope: "lists" | "single"): SnapshotPass {
    this.scopes.push(scope);
    return {
      take: async ({ service }: Blueprint, state: WorkloadState) => {
        const snapshot = this.described.get(service);
        if (snapshot instanceof Error) throw snapshot;
        return snapshot === undefined ? snapshotOf(state) : snapshot;
      },
    };
  }
}

/** A snapshot without configuration, of whatever is live. */
export function snapshotOf(state: WorkloadState): Snapshot {
  const revision = state.replicaSets.find(({ templateHash }) => templateHash === state.templateHash);
  return aSnapshot({
    parts: releaseParts({
      templateHash: state.templateHash ?? "",
      revisionName: revision?.name ?? "",
      images: [{ container: "app", image: state.image, digest: null }],
      scale: { replicas: state.replicas, owner: state.hpa },
      configs: [],
    }),
    template: JSON.stringify({ spec: { containers: [{ name: "app", image: state.image }] } }),
  });
}

/** Reversible, and tells whose text it is, as KMS does. */
export class FakeSeal implements Seal {
  async close(text: string, context: SealContext): Promise<SealedTemplate> {
    return { dataKey: JSON.stringify(context), nonce: "", sealed: Buffer.from(text).toString("base64") };
  }

  async open({ dataKey, sealed }: SealedTemplate, context: SealContext): Promise<string> {
    if (dataKey !== JSON.stringify(context)) throw new InvalidInputError("sealed for something else");
    return Buffer.from(sealed, "base64").toString("utf8");
  }
}

/** Remembers what it was asked for. */
export class FakeKeeper implements Keeper {
  readonly requests: KeepRequest[] = [];

  async ask(request: KeepRequest): Promise<void> {
    this.requests.push(structuredClone(request));
  }
}
