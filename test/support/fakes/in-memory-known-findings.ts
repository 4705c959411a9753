import type { ImageFindings, ImageFindingVerdict, KnownFinding, KnownFindings } from "../../../functions/ports/image-findings.ts";

type Which = Pick<KnownFinding, "service" | "digest" | "vulnerability">;

/** Findings of images in memory; the first of an image and vulnerability stays. */
export class InMemoryKnownFindings implements KnownFindings {
  readonly items = new Map<string, KnownFinding>();

  async remember(known: KnownFinding): Promise<void> {
    if (!this.items.has(keyOf(known))) this.items.set(keyOf(known), structuredClone(known));
  }

  async of(which: Which): Promise<KnownFinding | null> {
    return this.items.get(keyOf(which)) ?? null;
  }
}

/** An Inspector that says what a test told it, by digest; of others it knows nothing. */
export class FakeImageFindings implements ImageFindings {
  readonly verdicts: Record<string, ImageFindingVerdict["verdict"]> = {};
  readonly asked: string[] = [];

  async ask({ digest }: { readonly digest: string }, vulnerability: string): Promise<ImageFindingVerdict> {
    this.asked.push(`${digest} ${vulnerability}`);
    return { verdict: this.verdicts[digest] ?? "unknown", reason: `the test says so of ${digest}` };
  }
}

function keyOf({ service, digest, vulnerability }: Which): string {
  return [service, digest, vulnerability].join("#");
}
