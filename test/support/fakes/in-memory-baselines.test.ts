import { describeBaselines } from "../contracts/baselines.ts";
import { InMemoryBaselines } from "./in-memory-baselines.ts";

const baselines = new InMemoryBaselines();

describeBaselines("in memory", () => baselines);
