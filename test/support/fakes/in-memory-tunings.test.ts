import { describeTunings } from "../contracts/tunings.ts";
import { InMemoryTunings } from "./in-memory-tunings.ts";

const tunings = new InMemoryTunings();

describeTunings("in memory", () => tunings);
