import { describeLooks } from "../contracts/looks.ts";
import { InMemoryLooks } from "./in-memory-looks.ts";

const looks = new InMemoryLooks();

describeLooks("in memory", () => looks);
