import { randomBytes } from "node:crypto";

const LETTERS = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/** A value that nothing else holds, of mixed letters and digits. Another one in each run, so that no earlier run's trace is taken for a find. */
function someLetters(count: number, from = LETTERS): string {
  return [...randomBytes(count)].map((byte) => from[byte % from.length]).join("");
}

const aWord = () => `Ca7${someLetters(17)}`;

/** Every planted value, by the place where it is planted. */
export function plantCanaries() {
  return {
    /** Data of a Secret that pods use; what the good and the bad release find there. */
    secret: aWord(),
    badSecret: aWord(),
    /** Literal values in pod templates. */
    environment: aWord(),
    badEnvironment: aWord(),
    argument: aWord(),
    probeHeader: aWord(),
    /** In the copy of the manifest that `kubectl apply` leaves on the object. */
    lastApplied: aWord(),
    /** Values of ConfigMaps are kept in the cluster alone. */
    configMap: aWord(),
    badConfigMap: aWord(),
    /** In what a crashing app writes, in forms that say that it is a credential. */
    bearer: `${aWord()}.${aWord()}`,
    password: aWord(),
    quotedPassword: aWord(),
    accessKey: `AKIA${someLetters(16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")}`,
    secretKey: `${aWord()}/${aWord().slice(0, 19)}`,
    webToken: aWord() + aWord(),
    urlPassword: aWord(),
    /** In what an admission webhook says of pods and of a change that it denies. */
    deniedPod: aWord(),
    deniedPair: aWord(),
    deniedValue: aWord(),
  } as const;
}
export type Canaries = ReturnType<typeof plantCanaries>;

/** A log of a service that says more than it should. */
export function tellingLog(canaries: Canaries): string {
  const { bearer, password, quotedPassword, accessKey, secretKey, webToken, urlPassword } = canaries;
  return [
    "starting wallet",
    `> Authorization: Bearer ${bearer}`,
    `login failed: user=app password=${password} attempt=1`,
    JSON.stringify({ level: "error", body: JSON.stringify({ db_password: `${quotedPassword}"\\!`, host: "db" }) }),
    `key ${accessKey} is not active`,
    `signing with ${secretKey}`,
    `claims eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ3YWxsZXQifQ.${webToken} rejected`,
    `cannot reach postgres://app:${urlPassword}@db.internal:5432/wallet`,
    "fatal: giving up",
  ].join("\n");
}

/** What a policy might say of pods, and of a template, that it does not want. */
export function tellingDenials({ deniedPod, deniedPair, deniedValue }: Canaries): readonly [pod: string, change: string] {
  return [
    `container app has API_KEY=${deniedPod}`,
    `container app has DB_PASSWORD=${deniedPair}; spec.template.spec.containers[0].env[0].value: Invalid value: "${deniedValue}": too simple`,
  ];
}

export const SECRET_NAME = "wallet-db";
export const CONFIG_MAP_NAME = "wallet-settings";
const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

/** Which release of the service a manifest is of. */
export type CanaryRelease = "good" | "bad";

/** Data of the Secret and of the ConfigMap as that release finds them. */
export function canaryConfig(canaries: Canaries, release: CanaryRelease) {
  const good = release === "good";
  return {
    secret: { type: "Opaque", stringData: { password: good ? canaries.secret : canaries.badSecret } },
    configMap: { data: { "app.properties": `partner.key=${good ? canaries.configMap : canaries.badConfigMap}\n` } },
  };
}

/** The change that deploys a release, as a strategic merge patch: values in every place where a manifest may have them. The bad release crashes, and its log tells. */
export function canaryRelease(canaries: Canaries, release: CanaryRelease) {
  const good = release === "good";
  const { environment, badEnvironment, argument, probeHeader, lastApplied } = canaries;
  const container = {
    name: "app",
    image: `demo/wallet:${good ? "v2" : "v3-crash"}`,
    args: ["--listen=8080", `--api-token=${argument}`],
    env: [
      { name: "PARTNER_ACCOUNT", value: good ? environment : badEnvironment },
      { name: "DB_PASSWORD", valueFrom: { secretKeyRef: { name: SECRET_NAME, key: "password" } } },
    ],
    envFrom: [{ configMapRef: { name: CONFIG_MAP_NAME } }],
    readinessProbe: { httpGet: { path: "/healthz", port: 8080, httpHeaders: [{ name: "x-probe", value: probeHeader }] } },
    volumeMounts: [{ name: "db", mountPath: "/etc/db" }],
  };
  const manifest = {
    kind: "Deployment",
    spec: { template: { spec: { containers: [{ name: "app", env: [{ name: "PIN", value: lastApplied }] }] } } },
  };
  return {
    metadata: { annotations: { [LAST_APPLIED]: JSON.stringify(manifest) } },
    spec: {
      // All of the bad release at once: the good one is down to nothing, and its ReplicaSet can be taken away.
      strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: "100%" } },
      template: {
        metadata: { annotations: good ? {} : { "rollguard.dev/log": tellingLog(canaries) } },
        spec: { containers: [container], volumes: [{ name: "db", secret: { secretName: SECRET_NAME } }] },
      },
    },
  };
}
