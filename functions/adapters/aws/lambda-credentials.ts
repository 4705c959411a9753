import { fromEnv } from "@aws-sdk/credential-provider-env";

/**
 * Stands in for the SDK's credential chain in the bundles (`infra/bundle-handlers.ts`): a Lambda function always has its role's credentials in
 * its environment, which is the chain's first link too. The links that are never reached (SSO, profiles, processes, web identity) are a third of a bundle.
 */
export const defaultProvider: typeof fromEnv = fromEnv;
