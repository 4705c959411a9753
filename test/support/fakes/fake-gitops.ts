import type { GitopsState } from "../../../functions/domain/gitops.ts";
import type { Gitops } from "../../../functions/ports/gitops.ts";

/** Answers the same to everyone who asks. */
export class FakeGitops implements Gitops {
  answer: GitopsState | { readonly problem: string };

  constructor(answer: GitopsState | { readonly problem: string }) {
    this.answer = answer;
  }

  async state(): Promise<GitopsState | { readonly problem: string }> {
    return structuredClone(this.answer);
  }
}
