import { sha256Hex } from "../../../functions/adapters/aws/sha256-hex.ts";
import type { Blueprint } from "../../../functions/domain/blueprint.ts";
import { alarmExecutionName, incidentIdOf } from "../../../functions/domain/execution-name.ts";
import type { RollbackInput } from "../../../functions/domain/rollback-document.ts";
import { DEFAULT_ROLLBACK_POLICY, type RollbackPolicy } from "../../../functions/domain/rollback-policy.ts";
import {
  aBlueprint,
  aGoodReplicaSet,
  aMetricRef,
  anExactCheck,
  aRatioSignal,
  aReleaseObservation,
  aReplicaSet,
  aRollbackTrigger,
  aSignal,
  aTarget,
  aThresholdCheck,
  aTrigger,
  aWorkloadState,
  BAD_HASH,
  GOOD_HASH,
  MOMENTS,
} from "../builders/index.ts";
import { FakeFleet } from "../fakes/fake-fleet.ts";
import { FakeMetricSource } from "../fakes/fake-metric-source.ts";
import { registryOf } from "../fakes/fake-registry.ts";
import type { RollbackPorts } from "./run-rollback.ts";
import { aScene } from "./scene.ts";

/** One service of a fleet. By default its newest release is bad and its alarm is red. */
export interface FleetService {
  readonly name: string;
  readonly group?: string;
  readonly dependsOn?: readonly string[];
  /** Whether it has a release of tonight at all. @default true */
  readonly changed?: boolean;
  /** Whether it is unwell: while its own bad release is live, or while that of one of these is. @default by its own */
  readonly unwellBy?: readonly string[];
  /** It stays unwell whatever is rolled back. @default false */
  readonly neverRecovers?: boolean;
  readonly severity?: "critical" | "high";
  readonly maxServices?: number;
  /** 0: a rule denies every rollback of it. @default 3 */
  readonly maxAttempts?: number;
  readonly alarms?: number;
  readonly mode?: Blueprint["mode"];
  /** As long a history of ReplicaSets, and as many signals beside, as services have that are a year old. @default false */
  readonly aged?: boolean;
}

/** Names of a service's alarms, the first of which is the one that fires. */
export const alarmsOf = (service: string, count = 1) =>
  Array.from({ length: count }, (_, index) => `rollguard-${service}-latency${index === 0 ? "" : `-${index + 1}`}`);

/** The blueprint of one service of a fleet: one signal, as many triggers on it as it has alarms. */
export function aFleetBlueprint(service: FleetService): Blueprint {
  const {
    name,
    group,
    dependsOn = [],
    severity = "high",
    maxServices = 10,
    maxAttempts = 3,
    alarms = 1,
    mode = "auto",
    aged = false,
  } = service;
  const policy: RollbackPolicy = {
    ...DEFAULT_ROLLBACK_POLICY,
    governance: { ...DEFAULT_ROLLBACK_POLICY.governance, maxServices, maxPerHourAll: 1000 },
    group: group === undefined ? null : { name: group, dependsOn: [...dependsOn] },
  };
  return aBlueprint({
    service: name,
    mode,
    policy,
    rollback: { enabled: true, automatic: true, triggerOnCriticalFailure: true, maxAttempts },
    target: aTarget({ name }),
    signals: [
      ...(aged ? AGED_SIGNALS.map((signal) => aRatioSignal({ name: signal })) : []),
      aSignal({ source: { kind: "metric", metric: aMetricRef({ namespace: `Demo/${name}`, name: `Latency-${name}` }) } }),
    ],
    triggers: alarmsOf(name, alarms).map((alarmName, index) =>
      aTrigger({ name: index === 0 ? "latency" : `latency-${index + 1}`, alarmName, severity }),
    ),
    verification: {
      stabilizationSeconds: 10,
      phases: { health: { intervalSeconds: 5, consecutiveFailures: 2 }, performance: null, business: null },
      checks: [anExactCheck(), anExactCheck({ name: "pods_ready" }), aThresholdCheck()],
    },
  });
}

/** The input that the alarm of a service starts, as start-rollback makes it. */
export function alarmInput(service: string, alarm = 0, at: string = MOMENTS.alarmAt): RollbackInput {
  const alarmName = alarmsOf(service, alarm + 1)[alarm] ?? "";
  const alarmArn = `arn:aws:cloudwatch:us-east-1:000000000000:alarm:${alarmName}`;
  const trigger = aRollbackTrigger({ service, alarmName, alarmArn, at });
  const name = alarmExecutionName({ service, at, alarmArn }, sha256Hex);
  return { execution: { name }, incidentId: incidentIdOf(name), trigger };
}

/** A night on which several services got a bad release at once. Signals and alarms of each follow the live templates. `alarmAt`: when, if not in that night. */
export function aFleetScene(services: readonly FleetService[], alarmAt: string = MOMENTS.alarmAt) {
  const moved = movedTo(alarmAt);
  const base = aScene();
  const blueprints = services.map(aFleetBlueprint);
  const fleet = new FakeFleet(Object.fromEntries(services.map((service) => [service.name, moved(stateOf(service))])));
  for (const { name } of services) {
    base.ledger.seed(moved(aReleaseObservation({ service: name, replicaSet: `${name}-${GOOD_HASH}`, image: `demo/${name}:v1` })));
  }
  const isBad = (name: string) => fleet.of(name).state?.templateHash === BAD_HASH;
  const isUnwell = ({ name, unwellBy = [name], neverRecovers = false }: FleetService) => neverRecovers || unwellBy.some(isBad);
  const metrics = new FakeMetricSource();
  const followAlarms = () => {
    for (const service of services) {
      const state = isUnwell(service) ? ("ALARM" as const) : ("OK" as const);
      for (const alarmName of alarmsOf(service.name, service.alarms)) metrics.setAlarm({ alarmName, state, since: alarmAt });
    }
  };
  for (const service of services) {
    const before = (epochSeconds: number) => epochSeconds * 1000 < Date.parse(moved(MOMENTS.onsetAt));
    metrics.setMetric(`Latency-${service.name}`, (at) => (before(at) ? 120 : isUnwell(service) ? 480 : 125));
  }
  followAlarms();
  const ports: RollbackPorts = { ...base.ports, blueprints: registryOf(...blueprints), workload: fleet, metrics };
  const onWait = (seconds: number) => {
    base.clock.advance(Math.max(seconds, 1));
    followAlarms();
  };
  return {
    ports,
    store: base.store,
    ledger: base.ledger,
    clock: base.clock,
    controls: base.controls,
    fleet,
    metrics,
    blueprints,
    onWait,
    followAlarms,
  };
}

/** Every moment of that night, as far away from the alarm as it was. */
function movedTo(alarmAt: string) {
  const by = Date.parse(alarmAt) - Date.parse(MOMENTS.alarmAt);
  return <Value>(value: Value): Value => {
    const text = JSON.stringify(value).replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, (at) => new Date(Date.parse(at) + by).toISOString());
    return JSON.parse(text);
  };
}

const AGED_SIGNALS = ["error_rate", "conversion_rate", "checkout_errors", "payment_errors"];

function stateOf({ name, changed = true, aged = false }: FleetService) {
  const image = (version: string) => `demo/${name}:${version}`;
  const bad = aReplicaSet({ name: `${name}-${BAD_HASH}`, image: image("v2-slow") });
  const good = aGoodReplicaSet({ name: `${name}-${GOOD_HASH}`, image: image("v1") });
  const uid = `uid-of-${name}`;
  const older = Array.from({ length: aged ? 8 : 0 }, (_, index) =>
    aGoodReplicaSet({ name: `${name}-5c0ffee${index}a`, templateHash: `5c0ffee${index}a`, revision: -index, image: image(`v0.${index}`) }),
  );
  if (changed) return aWorkloadState({ uid, image: bad.image, replicaSets: [bad, good, ...older] });
  return aWorkloadState({
    ...{ uid, image: good.image, templateHash: GOOD_HASH, replicaSets: [{ ...good, replicas: 3, readyReplicas: 3 }] },
    pods: [{ templateHash: GOOD_HASH, total: 3, ready: 3, failing: 0, restarts: 0, reasons: [] }],
  });
}
