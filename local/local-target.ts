import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { loadBlueprints } from "../blueprints/load-blueprints.ts";
import { cloudWatchMetricSource } from "../functions/adapters/aws/cloud-watch-metric-source.ts";
import { dynamoIncidentStore } from "../functions/adapters/aws/dynamo-incident-store.ts";
import { dynamoReleaseLedger } from "../functions/adapters/aws/dynamo-release-ledger.ts";
import { systemClock } from "../functions/adapters/aws/system-clock.ts";
import type { Blueprint } from "../functions/domain/blueprint.ts";
import { compileAlarms } from "../functions/domain/blueprint-alarms.ts";
import type { IncidentStore } from "../functions/ports/incident-store.ts";
import type { MetricSource } from "../functions/ports/metric-source.ts";
import type { ReleaseLedger } from "../functions/ports/release-ledger.ts";
import type { Transition } from "./alarm-clock/alarm-clock.ts";
import { cloudWatchAlarmBoard } from "./alarm-clock/cloud-watch-alarm-board.ts";
import { startAlarmClock } from "./alarm-clock/start-alarm-clock.ts";
import { type RunningCluster, startCluster } from "./cluster/start-cluster.ts";
import { cdkBootstrapAndDeploy, type StackOutputs } from "./emulator/deploy-stacks.ts";
import { enterLocalEnvironment } from "./emulator/local-environment.ts";
import { assertLoopback } from "./emulator/local-target-guard.ts";
import { type Emulator, startEmulator } from "./emulator/start-emulator.ts";
import { repeat } from "./repeat.ts";
import { DEMO_CLUSTER, type DemoCluster, type DeploymentFacts, demoCluster } from "./scenarios/demo-cluster.ts";
import { forgetRollbacks } from "./scenarios/forget-rollbacks.ts";
import { invokeFunction } from "./scenarios/invoke-function.ts";
import { seedLedger } from "./scenarios/seed-ledger.ts";
import { removeRoutes, seedRoutes } from "./scenarios/seed-routes.ts";
import { untilCalm } from "./scenarios/until-calm.ts";
import { cloudWatchPublisher } from "./traffic/cloud-watch-publisher.ts";
import { DEMO_PROFILES } from "./traffic/profiles.ts";
import { type RunningTraffic, startTraffic } from "./traffic/start-traffic.ts";

export interface LocalTargetProps {
  /** Demo services to seed, with traffic. @default all that have a profile */
  readonly services?: readonly string[];
  /** @default "blueprints/examples" */
  readonly blueprints?: string;
  /** A real API server instead of the simulator. */
  readonly kubeconfig?: string;
  /** 0 takes free ports. @default as startEmulator and startCluster say */
  readonly ports?: { readonly emulator: number; readonly eks: number; readonly kubernetes: number };
  /** False leaves alarms to the caller. @default true */
  readonly alarmClock?: boolean;
  /** Seconds between two observations of releases; null leaves them, and the tuning of alarms, to the caller. @default 10 */
  readonly observeEverySeconds?: number | null;
  /** More `-c name=value` for the CDK app. */
  readonly context?: Readonly<Record<string, string>>;
  readonly onTransition?: (transition: Transition) => void;
  readonly say?: (line: string) => void;
  readonly signal?: AbortSignal;
}

/** Everything of Rollguard on this machine: emulator, cluster, deployed stacks, and services with traffic, releases and alarms. */
export interface LocalTarget {
  readonly emulator: Emulator;
  readonly cluster: RunningCluster;
  readonly outputs: StackOutputs;
  readonly blueprints: readonly Blueprint[];
  /** The demo's hands on the cluster. */
  readonly demo: DemoCluster;
  readonly seeded: ReadonlyMap<string, DeploymentFacts>;
  readonly traffic: RunningTraffic;
  readonly store: IncidentStore;
  readonly ledger: ReleaseLedger;
  readonly metrics: MetricSource;
  /** Invokes `observe-releases` once. Throws when it fails. */
  observeReleases(): Promise<void>;
  /** Governance begins anew, as if no rollback of the seeded services had been made. */
  forgetRollbacks(): Promise<void>;
  /** Resolves when every alarm of the services is OK; throws after 45 s. */
  untilCalm(services: readonly string[]): Promise<void>;
  /** Ends everything that was started here and puts this process's environment back. */
  stop(): Promise<void>;
}

const FIRST_IMAGE_TAG = "v1";
const SEEDED_HOURS_AGO = 1;
const TUNE_EVERY_SECONDS = 30;

/** Starts it all. While it runs, this process can reach no other AWS endpoint. What was started is ended again when anything fails. */
export async function startLocalTarget(props: LocalTargetProps = {}): Promise<LocalTarget> {
  const stops: (() => Promise<unknown> | unknown)[] = [];
  const stop = async () => {
    for (const each of stops.splice(0).reverse()) await each();
  };
  try {
    return await startParts(props, stops, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startParts(props: LocalTargetProps, stops: (() => unknown)[], stop: () => Promise<void>): Promise<LocalTarget> {
  const { signal, say = () => undefined, blueprints: folder = "blueprints/examples", services = Object.keys(DEMO_PROFILES) } = props;
  // Before anything is started: the endpoint decides whether anything may be.
  if (process.env.AWS_ENDPOINT_URL) assertLoopback(process.env.AWS_ENDPOINT_URL);
  const blueprints = loadBlueprints(folder, { metricPreset: "demo" });
  const since = new Date(Date.now() - SEEDED_HOURS_AGO * 3_600_000);
  const troubles = (what: string) => (error: unknown) => say(`${what}: ${error instanceof Error ? error.message : String(error)}`);

  const cluster = await startCluster({
    clusterName: DEMO_CLUSTER,
    ...(props.kubeconfig && { kubeconfig: props.kubeconfig }),
    ...(props.ports && { eksPort: props.ports.eks, kubernetesPort: props.ports.kubernetes }),
  });
  stops.push(() => cluster.stop());
  say(`${cluster.server === "simulator" ? "cluster simulator" : "real API server"} behind ${cluster.kubernetesUrl}`);
  const emulator = await startEmulator({ eksEndpoint: cluster.eksUrl, port: props.ports?.emulator, say, signal });
  stops.push(() => emulator.stop());
  stops.push(enterLocalEnvironment(emulator.endpoint, { AWS_ENDPOINT_URL_EKS: cluster.eksUrl }));

  const demo = demoCluster(cluster.client);
  const profiles = Object.fromEntries(services.map((service) => [service, profileOf(service)]));
  const seeding = async () => {
    await demo.seedNamespace();
    const facts = await Promise.all(
      Object.entries(profiles).map(
        async ([service, { nominalPods }]): Promise<[string, DeploymentFacts]> => [
          service,
          await demo.seedDeployment(service, `demo/${service}:${FIRST_IMAGE_TAG}`, nominalPods, since),
        ],
      ),
    );
    await seedRoutes(demo, cluster.client, blueprints, services, since);
    // The simulator goes with everything in it; a real cluster is left as it was.
    if (cluster.server === "api-server") {
      stops.push(() => Promise.all([...services.map((service) => demo.removeDeployment(service)), removeRoutes(demo, services)]));
    }
    const ports = { pods: demo, publisher: cloudWatchPublisher(), clock: systemClock };
    const traffic = await startTraffic({ ...ports, services: profiles, onError: troubles("traffic") });
    stops.push(() => traffic.stop());
    say(`seeded ${services.join(", ")}: release ${FIRST_IMAGE_TAG}, 15 minutes of metrics; traffic flows`);
    return { seeded: new Map(facts), traffic };
  };
  const deploying = cdkBootstrapAndDeploy({ endpoint: emulator.endpoint, blueprints: folder, context: props.context, say, signal });
  const [outputs, { seeded, traffic }] = await both(deploying, seeding());

  const dynamo = new DynamoDBClient({});
  const lambda = new LambdaClient({});
  stops.push(() => [dynamo, lambda].forEach((client) => void client.destroy()));
  const store = dynamoIncidentStore(outputs.TableName, dynamo);
  const ledger = dynamoReleaseLedger(outputs.TableName, dynamo);
  const metrics = cloudWatchMetricSource();
  const forget = () => forgetRollbacks(dynamo, outputs.TableName, services, new Date());
  await Promise.all([seedLedger(ledger, seeded, since, new Date()), forget()]);

  const alarms = blueprints.filter(({ service }) => services.includes(service)).flatMap(compileAlarms);
  if (props.alarmClock !== false) {
    const ports = { metrics, board: cloudWatchAlarmBoard(), clock: systemClock };
    const clock = await startAlarmClock({ alarms, ports, onTransition: props.onTransition, onError: troubles("alarm clock") });
    stops.push(() => clock.stop());
    say(`the alarm clock evaluates ${alarms.length} alarms`);
  }
  const observeReleases = () => invokeFunction(lambda, outputs.ObserveReleasesFunction);
  if (props.observeEverySeconds !== null) {
    const observing = repeat(props.observeEverySeconds ?? 10, observeReleases, troubles("observe-releases"));
    stops.push(() => observing.stop());
    // Schedules are off here; a tuned alarm is made once the ledger and its metrics give a baseline.
    const { TuneAlarmsFunction } = outputs;
    if (TuneAlarmsFunction !== undefined) {
      const tuning = repeat(TUNE_EVERY_SECONDS, () => invokeFunction(lambda, TuneAlarmsFunction), troubles("tune-alarms"));
      stops.push(() => tuning.stop());
    }
  }
  return {
    ...{ emulator, cluster, outputs, blueprints, demo, seeded, traffic, store, ledger, metrics, observeReleases, stop },
    forgetRollbacks: forget,
    untilCalm: (some) =>
      untilCalm(
        metrics,
        alarms.filter(({ service }) => some.includes(service)).map(({ alarmName }) => alarmName),
      ),
  };
}

function profileOf(service: string) {
  const profile = DEMO_PROFILES[service];
  if (!profile) throw new Error(`"${service}" is not a demo service; there are ${Object.keys(DEMO_PROFILES).join(", ")}`);
  return profile;
}

/** Both, to their ends: when one fails, the other is awaited too, so that whatever it starts can be stopped. */
async function both<A, B>(a: Promise<A>, b: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([a, b]);
  return Promise.all([a, b]);
}
