/** Builders of domain objects: each tells its part of one finished latency regression of `checkout` and takes overrides of the top-level fields. */
export * from "./approval.ts";
export * from "./blueprint.ts";
export * from "./escalation.ts";
export * from "./evidence.ts";
export * from "./gitops.ts";
export * from "./governance.ts";
export * from "./incident.ts";
export * from "./incident-variants.ts";
export * from "./moments.ts";
export * from "./release.ts";
export * from "./rollback-document.ts";
export * from "./workload.ts";
