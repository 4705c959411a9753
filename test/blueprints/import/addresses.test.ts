import { describe, expect, it } from "vitest";
import { ImportError } from "../../../blueprints/import/source-document.ts";
import { withoutAddresses } from "../../../blueprints/import/without-addresses.ts";
import { entryOf, fixture, imported } from "./imported.ts";

const ADDRESSES = [
  "https://hooks.slack.com/services/T0/B0/SECRET",
  "http://user:SECRET@loadtester.test/",
  "hooks.slack.com/services/T0/B0/SECRET",
  "SECRET@example.com",
];
const SOURCES = ["rollback-triggers.yml", "rollback-policy.yml", "openslo.yaml", "flagger-canary.yaml", "kayenta-canary.json"];

/** Everything that an import prints, or writes. */
function printed(text: string): string {
  try {
    return JSON.stringify(imported(text));
  } catch (error) {
    if (!(error instanceof ImportError)) throw error;
    return JSON.stringify([error.message, error.problems]);
  }
}

/** Which metric of CloudWatch it is, in OpenSLO: taken as it stands. */
const METRIC_IDENTITY = ["namespace", "metricName", "dimensions", "LoadBalancer"];

/** The source with an address in place of the value, or of the key, of each of its lines in turn. */
function withAddress(text: string): readonly string[] {
  const lines = text.split("\n");
  return lines.flatMap((line, index) => {
    const [, before = "", key = "", value = ""] = /^(\s*(?:- )?)("?[\w-]+"?): ?(.*)$/.exec(line) ?? [];
    if (key === "" || (text.includes("openslo/v1") && METRIC_IDENTITY.includes(key))) return [];
    const address = ADDRESSES[index % ADDRESSES.length];
    const comma = value.endsWith(",") ? "," : "";
    return [`${before}${key}: "${address}"${comma}`, `${before}"${address}": ${value}`].map((put) => lines.with(index, put).join("\n"));
  });
}

/** Our own words for where secrets belong. */
const OUR_WORDS = /secretsmanager:|Secrets Manager secret|no secrets/g;

describe("an address in a source", () => {
  it.each(SOURCES)("is printed nowhere, whatever value or key of %s it is", (name) => {
    const texts = withAddress(fixture(name));

    expect(texts.length).toBeGreaterThan(20);
    expect(texts.map(printed).filter((said) => /secret/i.test(said.replace(OUR_WORDS, "")))).toEqual([]);
  });

  it("is no section of channels: the kind alone is said, of any text", () => {
    for (const channel of ["https://hooks.slack.com/services/T0/B0/SECRET", "xoxb-SECRET"])
      expect(() => imported(`rollback_policy:\n  notifications: "${channel}"\n`)).toThrow(
        "source.yml:2:18 rollback_policy.notifications: expected a section with keys, got text (mend the source, or take this part out of it)",
      );
  });

  it("is told from the rest of what is said", () => {
    const text =
      'rollback_triggers:\n  odd: { condition: "https://a.test/b c" }\n  memory: { condition: "memory_usage > 90%", window: "10 minutes" }\n';

    expect(entryOf(imported(text), "rollback_triggers.odd").note).toBe(
      'the condition "<address> c" is no comparison of a signal with a value or with the baseline',
    );
  });

  it("is no label of Kubernetes, and no page of ours", () => {
    for (const text of [
      "metadata.labels.app.kubernetes.io/name",
      "flagger.app/v1beta1",
      "secretsmanager:rollguard/checkout/slack (docs/hooks.md)",
    ])
      expect(withoutAddresses(text)).toBe(text);
  });
});
