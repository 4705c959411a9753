import { describeControls } from "../contracts/controls.ts";
import { InMemoryControls } from "./in-memory-controls.ts";
import { InMemoryIncidentStore } from "./in-memory-incident-store.ts";

const store = new InMemoryIncidentStore();
const controls = new InMemoryControls(store);

describeControls("in memory", () => ({ store, ledger: store.ledger, controls }));
