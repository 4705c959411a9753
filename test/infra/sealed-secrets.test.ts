import { describe, expect, it } from "vitest";
import { functionOf, permissionsOf, resourcesOf } from "./read-template.ts";
import { synthesise } from "./synthesise.ts";

const sealed = synthesise({ "rollguard:blueprints": "test/infra/blueprints/sealed" });
const without = synthesise({ "rollguard:blueprints": "blueprints/examples" });

/** What a role may do beyond what it may when no blueprint asks for sealed Secrets. */
const more = Object.fromEntries(
  Object.entries(permissionsOf(sealed.pipeline)).flatMap(([role, may]) => {
    const before = permissionsOf(without.pipeline)[role] ?? [];
    const added = may.filter((permission) => !before.includes(permission));
    return added.length === 0 ? [] : [[role, added]];
  }),
);
const [KEY, MAC_KEY, BUCKET] = ["parameter archivekeyarn", "parameter mackeyarn", "parameter archivebucket"];

describe("a blueprint with secrets: encrypted", () => {
  it("K8S-17 lets KeepConfig store and read back sealed contents, ExecuteStep read them, and nobody else", () => {
    const { ObserverKeepConfig, StepsExecuteStep, ...others } = more;
    const digests = `kms:GenerateMac ${MAC_KEY}`;

    expect(ObserverKeepConfig).toEqual(
      [
        ...[`kms:Decrypt ${KEY}`, `kms:GenerateDataKey ${KEY}`, digests],
        ...[`s3:GetObject ${BUCKET}/secrets/*`, `s3:ListBucket ${BUCKET}`, `s3:PutObject ${BUCKET}/secrets/*`],
      ].sort(),
    );
    expect(StepsExecuteStep).toEqual([digests, `s3:GetObject ${BUCKET}/secrets/*`, `s3:ListBucket ${BUCKET}`]);
    expect(others).toEqual({ ObserverObserveReleases: [digests], StepsAssessIncident: [digests], StepsVerifyStep: [digests] });
  });

  it("makes the key that digests contents, and tells the two functions where the archive is and how it is sealed", () => {
    const macKeys = Object.values(resourcesOf(sealed.state, "AWS::KMS::Key")).filter(({ Properties }) => Properties.KeySpec === "HMAC_256");

    expect(macKeys).toHaveLength(1);
    for (const name of ["KeepConfig", "ExecuteStep"]) {
      expect(functionOf(sealed.pipeline, name).Properties.Environment.Variables).toMatchObject({
        ARCHIVE_BUCKET: { Ref: expect.stringContaining("archivebucket") },
        TEMPLATE_KEY_ARN: { Ref: expect.stringContaining("archivekeyarn") },
        MAC_KEY_ARN: { Ref: expect.stringContaining("mackeyarn") },
      });
    }
  });

  it("passes the checks that every stack passes", () => {
    expect(sealed.findings).toEqual([]);
  });
});

describe("without such a blueprint", () => {
  it("no function stores or reads anything under secrets/; what is left there from before can only be removed", () => {
    const touching = Object.values(permissionsOf(without.pipeline))
      .flat()
      .filter((permission) => permission.includes(`${BUCKET}/secrets/`));

    expect(touching).toEqual([`s3:DeleteObject ${BUCKET}/secrets/*`]);
  });
});
