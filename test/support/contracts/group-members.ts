import { describe, expect, it } from "vitest";
import { groupLockName } from "../../../functions/domain/group/group.ts";
import type { MemberClosing } from "../../../functions/ports/incident-store.ts";
import { aReleaseObservation, BAD_HASH } from "../builders/index.ts";
import { now, type StoreUnderTest, secondsLater, storeScene } from "./store-scene.ts";

/** The lock of a group and the members of its incident, of an IncidentStore. */
export function describeGroupMembers(name: string, storeUnderTest: () => StoreUnderTest): void {
  const { openedIncident, setUp, closing } = storeScene(storeUnderTest);

  /** An open incident of two members, with the locks of both and of the group. */
  const openedGroup = async () => {
    const { store, ledger, service, opened, closedMeta } = await openedIncident();
    const [other, group] = [`${service}-db`, `group-of-${service}`];
    const lockName = groupLockName(group);
    const planned = { group, state: "planned", reason: "", target: null } as const;
    await store.announce(
      opened.id,
      [service, other].map((member) => ({ service: member, ...planned })),
    );
    for (const lock of [lockName, other]) await store.acquire(lock, opened.execution, opened.id, now, 900);
    return { store, ledger, service, other, group, lockName, opened, closed: closedMeta({ group, members: [service, other] }) };
  };
  const closingOf = (service: string, group: string): MemberClosing => ({
    ...{ service, group, member: { state: "restored", reason: "4 of 4 checks pass", target: "demo/db:v1" } },
    verdicts: [{ templateHash: BAD_HASH, verdict: "bad", replicas: null }],
    ...{ ledger: { badRelease: null, quarantine: [] }, governance: null },
  });

  describe(`${name}: groups`, () => {
    it("have a lease of their own, apart from that of a service of the same name", async () => {
      const { store, service } = setUp();

      const group = await store.acquire(groupLockName(service), "rg-group", "inc-group", now, 900);
      const alone = await store.acquire(service, "rg-service", "inc-service", now, 900);
      const second = await store.acquire(groupLockName(service), "rg-late", "inc-late", secondsLater(1), 900);

      expect(group).toMatchObject({ outcome: "acquired", lock: { fence: 1 } });
      expect(alone.outcome).toBe("acquired");
      expect(second).toMatchObject({ outcome: "held", owner: "rg-group", incidentId: "inc-group" });
    });

    it("renew and free their lease like a service's", async () => {
      const { store, service } = setUp();
      const lockName = groupLockName(service);
      await store.acquire(lockName, "rg-group", "inc-group", now, 900);

      expect(await store.renew(lockName, "rg-group", 1, secondsLater(60), 900)).toMatchObject({ fence: 1 });
      expect(await store.release(lockName, "rg-other")).toBe(false);
      expect(await store.release(lockName, "rg-group")).toBe(true);
      expect(await store.holder(lockName)).toBeNull();
    });

    it("announce their members once, and name them in order", async () => {
      const { store, opened, service, other, group } = await openedGroup();
      await store.announce(opened.id, [{ service, group, state: "failed", reason: "again", target: null }]);

      const members = await store.members(opened.id);

      expect(members.map((member) => `${member.service} ${member.state}`)).toEqual([`${service} planned`, `${other} planned`]);
      expect(members[0]).toEqual({ service, group, state: "planned", reason: "", target: null });
      expect(await store.members("inc-of-one-service")).toEqual([]);
    });

    it("settle a member once, with its verdicts", async () => {
      const { store, ledger, opened, other, group } = await openedGroup();
      await ledger.save(aReleaseObservation({ service: other, templateHash: BAD_HASH, verdict: "candidate" }), null);

      await store.settle(opened, closingOf(other, group));
      await store.settle(opened, { ...closingOf(other, group), member: { state: "failed", reason: "a late try", target: null } });

      expect((await store.members(opened.id)).find(({ service }) => service === other)).toMatchObject({
        state: "restored",
        target: "demo/db:v1",
      });
      expect((await ledger.observations(other)).find(({ templateHash }) => templateHash === BAD_HASH)?.verdict).toBe("bad");
    });

    it("free all their locks with the end of the incident, and none that is somebody else's by then", async () => {
      const { store, service, other, lockName, closed } = await openedGroup();
      await store.release(other, closed.execution);
      await store.acquire(other, "rg-by-hand", "inc-by-hand", now, 900);

      await store.close(closed, closing, []);

      expect(await store.holder(service)).toBeNull();
      expect(await store.holder(lockName)).toBeNull();
      expect((await store.holder(other))?.owner).toBe("rg-by-hand");
    });

    it("free what is still held when the incident was closed before", async () => {
      const { store, other, lockName, closed } = await openedGroup();
      await store.close({ ...closed, members: [] }, closing, []);
      await store.acquire(lockName, closed.execution, closed.id, now, 900);

      await store.close(closed, closing, []);

      expect(await store.holder(lockName)).toBeNull();
      expect(await store.holder(other)).toBeNull();
    });
  });
}
