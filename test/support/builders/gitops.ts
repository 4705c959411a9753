import type { GitopsState } from "../../../functions/domain/gitops.ts";

/** `checkout` applied by Argo CD, with automation on and the commit of v2 as the source. */
export function aGitopsState(overrides: Partial<GitopsState> = {}): GitopsState {
  return {
    owner: { kind: "argo-cd", ref: "checkout" },
    object: { kind: "Application", namespace: "argocd", name: "checkout" },
    held: false,
    heldBy: null,
    prior: '{"selfHeal":true}',
    intervalSeconds: 5,
    parent: null,
    source: "https://git.example/shop deploy/checkout@main",
    wanted: { revision: "c0ffee2", atHold: null, images: [], sameAsLive: true },
    ...overrides,
  };
}
