import { describeKnownFindings } from "../contracts/known-findings.ts";
import { InMemoryKnownFindings } from "./in-memory-known-findings.ts";

const known = new InMemoryKnownFindings();
describeKnownFindings("in memory", () => known);
