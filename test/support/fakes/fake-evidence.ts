import type { EvidenceBundle } from "../../../functions/domain/diagnosis/evidence-bundle.ts";
import type { Evidence, EvidenceRequest } from "../../../functions/ports/evidence.ts";
import { anEvidenceBundle } from "../builders/evidence.ts";

/** Answers what a test put in, for the depth that was asked for; nothing is wrong until then. */
export class FakeEvidence implements Evidence {
  readonly requests: EvidenceRequest[] = [];
  quick: Partial<EvidenceBundle> = {};
  thorough: Partial<EvidenceBundle> = {};

  async collect(request: EvidenceRequest): Promise<EvidenceBundle> {
    this.requests.push(request);
    return anEvidenceBundle({ ...this[request.depth], depth: request.depth });
  }
}
