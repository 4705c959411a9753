import { describeWouldHaves } from "../contracts/would-haves.ts";
import { InMemoryWouldHaves } from "./in-memory-would-haves.ts";

const wouldHaves = new InMemoryWouldHaves();

describeWouldHaves("in memory", () => wouldHaves);
