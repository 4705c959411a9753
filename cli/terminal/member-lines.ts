import type { Incident, IncidentMember } from "../../functions/domain/incident.ts";
import { type Colours, plainText } from "./colours.ts";
import { wrap } from "./layout.ts";

const MARK: Readonly<Record<IncidentMember["state"], string>> = { restored: "✓", planned: "·", skipped: "·", failed: "✕" };

/** What became of each member of the group, by waves: the order of the rollback, then those that were left. Empty for a service alone. */
export function memberLines(
  { meta }: Incident,
  { colours, columns }: { readonly colours: Colours; readonly columns: number },
): readonly string[] {
  const members = meta.record?.members;
  if (members === undefined) return [];
  const waves = meta.record?.plan?.waves ?? [];
  const inWaves = waves.flat();
  const ordered = [...inWaves, ...Object.keys(members).filter((service) => !inWaves.includes(service))];
  return ordered.flatMap((service) => {
    const member = members[service];
    if (member === undefined) return [];
    const wave = waves.findIndex((one) => one.includes(service));
    const place = wave < 0 ? "" : `wave ${wave + 1}, `;
    const to = member.target === null || wave < 0 ? "" : ` to ${member.target}`;
    const text = `  ${MARK[member.state]} ${service}: ${place}${member.state}${to}: ${member.reason}`;
    const toned = member.state === "restored" ? colours.green : member.state === "failed" ? colours.red : colours.dim;
    return [toned(wrap(plainText(text), columns, 4))];
  });
}
