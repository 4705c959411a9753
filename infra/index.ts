/** The construct for other CDK apps, and what its props need. */
export { loadBlueprints } from "../blueprints/load-blueprints.ts";
export { IncidentTable, type IncidentTableProps } from "./constructs/incident-table.ts";
export { type PageTarget, PageTopic, type PageTopicProps } from "./constructs/page-topic.ts";
export type { FunctionNetwork } from "./constructs/pipeline-function.ts";
export { Rollguard, type RollguardProps } from "./constructs/rollguard.ts";
export { PARAMETERS } from "./parameters.ts";
