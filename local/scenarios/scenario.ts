import type { Incident } from "../../functions/domain/incident.ts";
import type { RunningTraffic } from "../traffic/start-traffic.ts";
import type { DemoCluster, DeploymentFacts } from "./demo-cluster.ts";

/** What a scenario may touch to make something go wrong. */
export interface ScenarioHands {
  readonly cluster: Pick<DemoCluster, "deploy" | "scale" | "split">;
  readonly traffic: Pick<RunningTraffic, "setConditions">;
}

/** What there is to judge once the incident is closed. */
export interface ScenarioResult {
  readonly incident: Incident;
  /** The Deployment right before and a moment after. */
  readonly before: DeploymentFacts;
  readonly after: DeploymentFacts;
  /** Messages that reached the topic about this incident. */
  readonly messages: readonly { readonly urgency: string; readonly type: string }[];
}

/** One story of the demo: a service, what happens to it, and how it must end. */
export interface Scenario {
  readonly name: string;
  readonly service: string;
  /** For `--help`: what goes wrong and what must come of it. */
  readonly summary: string;
  /** Makes it go wrong; resolves with a sentence for the timeline. */
  begin(hands: ScenarioHands): Promise<string>;
  /** Every way in which it did not end as it must; empty = right. */
  judge(result: ScenarioResult): string[];
  /** Puts back what is not Rollguard's to put back. */
  clean?(hands: ScenarioHands): Promise<void>;
}
