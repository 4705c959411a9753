import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const EXAMPLES = fileURLToPath(new URL("../../../blueprints/examples", import.meta.url));
const TEMPLATE = fileURLToPath(new URL("../fixtures/service.yaml", import.meta.url));

/** What differs between the services of the tests. */
export interface FixtureService {
  readonly mode: "observe" | "approve" | "auto";
  readonly stabilization: string;
  /** What is kept of its Secrets. @default "names" */
  readonly secrets?: "names" | "copies";
  /** `spec.rollback`, as YAML in one line. @default "{}" */
  readonly rollback?: string;
  /** More items of `spec.triggers`, as YAML. @default none */
  readonly triggers?: string;
  /** `spec.looks`, as YAML, with a signal of its own. @default as the product does */
  readonly looks?: string;
}

/** Triggers that may not act: one in observe, one that is armed only after a change. */
const RESTRAINED = `
    - name: slow-jobs
      signal: failed_jobs
      class: performance
      severity: critical
      when: ">= 2"
      period: 10s
      datapoints_to_alarm: 1
      evaluation_periods: 1
      mode: observe
      mode_reason: not sure about it yet

    - name: late-jobs
      signal: failed_jobs
      class: performance
      severity: high
      when: ">= 3"
      period: 10s
      datapoints_to_alarm: 3
      evaluation_periods: 3
      armed: { after_change: 30m }
`;

/** A signal that only looks judge: no alarm watches it, and no check. */
const JUDGED = `
    job_seconds:
      unit: s
      resolution: 60s
      metric: { namespace: "Demo/{{service}}", name: JobSeconds, stat: Average }

  looks: { mode: auto, signals: [job_seconds] }
`;

/** The strategy of its class and severity would watch for ten minutes. */
const AT_ONCE = "{ strategies: { performance: { medium: fast } } }";

/** One service per test, so that tests can run side by side. */
export const FIXTURE_SERVICES = {
  /** Twenty events at once. */
  orders: { mode: "auto", stabilization: "2s" },
  /** Observe mode. */
  inventory: { mode: "observe", stabilization: "2s" },
  /** The global switch. */
  billing: { mode: "auto", stabilization: "2s" },
  /** The reconciler; nothing of it was ever changed. */
  reviews: { mode: "auto", stabilization: "2s" },
  /** A run that is stopped; the long period leaves the time to do it. */
  shipping: { mode: "auto", stabilization: "30s" },
  /** A release that becomes known as good. */
  profile: { mode: "auto", stabilization: "2s" },
  /** A rollback that a person asks for. */
  accounts: { mode: "auto", stabilization: "2s" },
  /** A cluster that does not answer. */
  stock: { mode: "auto", stabilization: "2s" },
  /** Planted values, everywhere in its objects and in its log. */
  wallet: { mode: "auto", stabilization: "2s", secrets: "copies" },
  /** A policy that denies the rollback, and says too much. */
  parcels: { mode: "auto", stabilization: "2s" },
  /** Rollbacks that wait for a person: approved, denied, unanswered with each policy, and stopped while they wait. */
  gifts: { mode: "approve", stabilization: "2s" },
  coupons: { mode: "approve", stabilization: "2s" },
  stickers: { mode: "approve", stabilization: "2s", rollback: "{ approval: { timeout: 10s, on_timeout: escalate } }" },
  stamps: { mode: "approve", stabilization: "2s", rollback: "{ approval: { timeout: 10s, on_timeout: proceed } }" },
  postcards: { mode: "approve", stabilization: "2s" },
  /** Alarms that start nothing. */
  returns: { mode: "auto", stabilization: "2s", triggers: RESTRAINED },
  /** Releases that fail a look: one that a schedule begins, one that meets an alarm. */
  ratings: { mode: "auto", stabilization: "2s", looks: JUDGED, rollback: AT_ONCE },
  refunds: { mode: "auto", stabilization: "2s", looks: JUDGED, rollback: AT_ONCE },
} as const satisfies Record<string, FixtureService>;

/** A new folder with the demo's five blueprints and those of the tests, and what removes it. */
export function blueprintFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "rollguard-blueprints-"));
  cpSync(EXAMPLES, path, { recursive: true });
  const template = readFileSync(TEMPLATE, "utf8");
  for (const [service, fixture] of Object.entries<FixtureService>(FIXTURE_SERVICES)) {
    const { rollback = "{}", triggers = "", looks = "", ...texts } = fixture;
    const values: Readonly<Record<string, string>> = { service, secrets: "names", ...texts };
    const text = template
      .replace('"{{rollback}}"', rollback)
      .replace("\n  triggers:", `${looks}\n  triggers:`)
      .replace("\nverification:", `${triggers}\nverification:`)
      .replaceAll(/\{\{(\w+)\}\}/g, (placeholder, name: string) => values[name] ?? placeholder);
    writeFileSync(join(path, `${service}.yaml`), text);
  }
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
