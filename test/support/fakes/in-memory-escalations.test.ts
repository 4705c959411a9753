import { describeEscalations } from "../contracts/escalations.ts";
import { InMemoryIncidentStore } from "./in-memory-incident-store.ts";

const store = new InMemoryIncidentStore();

describeEscalations("in-memory store", () => ({ store, escalations: store.escalations }));
