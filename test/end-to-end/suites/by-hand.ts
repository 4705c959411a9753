import { expect, it } from "vitest";
import type { Incident, IncidentMeta } from "../../../functions/domain/incident.ts";
import { rollguard } from "../support/command.ts";
import type { Stage } from "../support/stage.ts";

/** A person at a terminal. */
export function describeByHand(stage: () => Stage): void {
  it.concurrent("rollguard rollback takes a release back that no alarm complains about; incidents and show read it back", async () => {
    const { target, hands } = stage();
    const accounts = hands("accounts");
    const before = await accounts.facts();
    const { replicaSet } = await accounts.release("v2");

    const rollback = await rollguard("rollback", "accounts", "--reason", "customers cannot sign in", "--yes", "--json");
    expect(rollback).toMatchObject({ exitCode: 0 });
    const { meta } = JSON.parse(rollback.stdout) as Incident;

    expect(meta).toMatchObject({
      service: "accounts",
      outcome: "recovered",
      trigger: { kind: "manual", source: "cli", reason: "customers cannot sign in", alarmName: null },
    });
    expect(await accounts.facts()).toMatchObject({ image: before.image, strategy: before.strategy });
    expect(await target.store.holder("accounts")).toBeNull();
    const observations = await target.ledger.observations("accounts");
    expect(observations.find(({ templateHash }) => templateHash === replicaSet.templateHash)).toMatchObject({
      verdict: "bad",
      verdictBy: meta.id,
    });

    const incidents = await rollguard("incidents", "--service", "accounts", "--json");
    expect(JSON.parse(incidents.stdout) as IncidentMeta[]).toEqual([meta]);
    const show = await rollguard("show", meta.id, "--json");
    expect(JSON.parse(show.stdout) as Incident).toEqual(await target.store.read(meta.id));
    expect(show).toMatchObject({ exitCode: 0, stderr: "" });
  });
}
