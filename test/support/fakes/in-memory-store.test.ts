import { describeApprovals } from "../contracts/approvals.ts";
import { describeGovernanceStore } from "../contracts/governance-store.ts";
import { describeGroupMembers } from "../contracts/group-members.ts";
import { describeIncidentStore } from "../contracts/incident-store.ts";
import { describeReleaseLedger } from "../contracts/release-ledger.ts";
import { describeReleases } from "../contracts/releases.ts";
import { InMemoryApprovals } from "./in-memory-approvals.ts";
import { InMemoryIncidentStore } from "./in-memory-incident-store.ts";

const store = new InMemoryIncidentStore();
const approvals = new InMemoryApprovals(store);

describeIncidentStore("in-memory store", () => ({ store, ledger: store.ledger }));
describeGroupMembers("in-memory store", () => ({ store, ledger: store.ledger }));
describeReleaseLedger("in-memory store", () => ({ store, ledger: store.ledger }));
describeReleases("in-memory store", () => ({ store, ledger: store.ledger }));
describeGovernanceStore("in-memory store", () => ({ store, governance: store.governance }));
describeApprovals("in-memory store", () => ({ store, approvals }));
