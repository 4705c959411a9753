import { expect, it } from "vitest";
import { selectStrategy } from "../../functions/steps/select-strategy/step.ts";
import { bad, good, withParts } from "../domain/support/release-plans.ts";
import {
  aChange,
  anAssessment,
  anOpening,
  aRollbackInput,
  BAD_DIGEST,
  GOOD_DIGEST,
  GOOD_HASH,
  GOOD_IMAGE,
} from "../support/builders/index.ts";
import { silentLogger } from "../support/fakes/silent-logger.ts";
import { aScene } from "../support/machine/scene.ts";

it("K8S-18 the preflight is asked for the image by the digest that the plan pins", async () => {
  const scene = aScene();
  const live = withParts(bad, { images: [{ container: "app", image: GOOD_IMAGE, digest: BAD_DIGEST }] });
  scene.ledger.seedReleases(live, good);
  const { hash, parts, irreversible } = live;
  const change = aChange({ fromRelease: good.hash, toRelease: hash });
  const assessment = anAssessment({ change, live: { hash, parts, irreversible } });

  await selectStrategy(scene.ports)({ ...aRollbackInput(), opening: anOpening(), assessment }, { logger: silentLogger });

  expect(scene.preflight.requests.flatMap(({ candidates }) => candidates)).toMatchObject([
    { templateHash: GOOD_HASH, images: { app: `demo/checkout@${GOOD_DIGEST}` } },
  ]);
});
