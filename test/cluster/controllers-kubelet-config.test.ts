import { describe, expect, it } from "vitest";
import { cluster } from "../support/cluster/controller-sizes.ts";
import { appOf, PodScene } from "../support/cluster/pod-scene.ts";

const configMaps = (): string => `/api/v1/namespaces/${cluster.namespace}/configmaps`;
const aConfigMap = (name: string, data: Record<string, string>) => cluster.client.post(configMaps(), { metadata: { name }, data });
const start = (seed: Parameters<typeof PodScene.start>[1]) => PodScene.start(cluster, seed);

const volume = (configMap: Record<string, unknown>) => ({
  container: { volumeMounts: [{ name: "cfg", mountPath: "/etc/app" }] },
  spec: { volumes: [{ name: "cfg", configMap }] },
});

describe("a container whose configuration is missing", () => {
  it("waits with CreateContainerConfigError for a ConfigMap of envFrom, and starts once it is there", async () => {
    const pod = await start({ container: { envFrom: [{ configMapRef: { name: "late" } }] } });

    const waiting = await pod.untilWaiting("CreateContainerConfigError");
    const events = await pod.eventsWith("Failed");
    await aConfigMap("late", { MODE: "fast" });
    await pod.untilReady();

    expect(appOf(waiting)?.state.waiting?.message).toBe('configmap "late" not found');
    expect(waiting.status.phase).toBe("Pending");
    expect(events).toContain('Failed: Error: configmap "late" not found');
  });

  it("names the key of a ConfigMap, and the Secret, that is not there", async () => {
    await aConfigMap("some", { other: "x" });
    const key = { name: "MODE", valueFrom: { configMapKeyRef: { name: "some", key: "mode" } } };
    const secret = { name: "TOKEN", valueFrom: { secretKeyRef: { name: "none", key: "token" } } };

    const [withoutKey, withoutSecret] = [await start({ container: { env: [key] } }), await start({ container: { env: [secret] } })];

    expect(appOf(await withoutKey.untilWaiting("CreateContainerConfigError"))?.state.waiting?.message).toBe(
      `couldn't find key mode in ConfigMap ${cluster.namespace}/some`,
    );
    expect(appOf(await withoutSecret.untilWaiting("CreateContainerConfigError"))?.state.waiting?.message).toBe('secret "none" not found');
  });

  it("does not need what is optional", async () => {
    const env = [{ name: "MODE", valueFrom: { configMapKeyRef: { name: "none", key: "mode", optional: true } } }];

    const pod = await start({ container: { env, envFrom: [{ secretRef: { name: "none", optional: true } }] } });

    expect((await pod.untilReady()).status.phase).toBe("Running");
  });

  it("is being created for ever while the ConfigMap of a volume is missing", async () => {
    const pod = await start(volume({ name: "no-volume" }));

    const waiting = await pod.untilWaiting("ContainerCreating");

    expect(waiting.status.phase).toBe("Pending");
    expect(await pod.eventsWith("FailedMount")).toContain(
      'FailedMount: MountVolume.SetUp failed for volume "cfg" : configmap "no-volume" not found',
    );
    await aConfigMap("no-volume", { "app.yaml": "port: 1" });
    await pod.untilReady();
  });
});

describe("an app", () => {
  it("K8S-43 that misses a file crashes and says which, and runs once the ConfigMap has it", async () => {
    await aConfigMap("files", { "other.yaml": "x" });
    const pod = await start({ annotations: { "rollguard.dev/needs-file": "/etc/app/app.yaml" }, ...volume({ name: "files" }) });

    const crashed = await pod.untilWaiting("CrashLoopBackOff");
    const log = await pod.log("?previous=true");
    await cluster.client.patch(`${configMaps()}/files`, { data: { "app.yaml": "port: 1" } });
    await pod.untilReady();

    expect(appOf(crashed)?.lastState.terminated).toMatchObject({ exitCode: 1, reason: "Error" });
    expect(log).toBe("starting demo/web:v1\nfatal: open /etc/app/app.yaml: no such file or directory\n");
  });

  it("K8S-43 that does not know a setting's value crashes without printing it", async () => {
    await aConfigMap("settings", { MODE: "turbo" });
    const pod = await start({
      annotations: { "rollguard.dev/needs-env": "MODE=^(fast|safe)$" },
      container: { envFrom: [{ configMapRef: { name: "settings" } }] },
    });

    await pod.untilWaiting("CrashLoopBackOff");
    const log = await pod.log("?previous=true");
    await cluster.client.patch(`${configMaps()}/settings`, { data: { MODE: "safe" } });
    await pod.untilReady();

    expect(log).toContain("fatal: environment variable MODE has a value that is not known");
    expect(log).not.toContain("turbo");
  });

  it("K8S-41 is killed for memory below what it needs, and runs with more of the same image", async () => {
    const annotations = { "rollguard.dev/needs-memory": "128Mi" };
    const small = await start({ annotations, container: { resources: { limits: { memory: "64Mi" } } } });
    const large = await start({ annotations, container: { resources: { limits: { memory: "256Mi" } } } });

    const killed = await small.untilWaiting("CrashLoopBackOff");
    await large.untilReady();

    expect(appOf(killed)?.lastState.terminated).toMatchObject({ exitCode: 137, reason: "OOMKilled" });
  });

  it("K8S-44 that may not use the Kubernetes API is not ready and says so, until its Role has the verb", async () => {
    const rbac = `/apis/rbac.authorization.k8s.io/v1/namespaces/${cluster.namespace}`;
    await cluster.client.post(`${rbac}/roles`, {
      metadata: { name: "app" },
      rules: [{ apiGroups: [""], resources: ["configmaps"], verbs: ["get"] }],
    });
    await cluster.client.post(`${rbac}/rolebindings`, {
      metadata: { name: "app" },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "app" },
      subjects: [{ kind: "ServiceAccount", name: "app", namespace: cluster.namespace }],
    });
    const pod = await start({ annotations: { "rollguard.dev/needs-access": "list configmaps" }, spec: { serviceAccountName: "app" } });
    await pod.until(({ status }) => status.phase === "Running");
    while (!(await pod.log()).includes("forbidden")) await new Promise((resolve) => setTimeout(resolve, 20));

    const log = await pod.log("?tailLines=1");
    await cluster.client.patch(`${rbac}/roles/app`, { rules: [{ apiGroups: [""], resources: ["configmaps"], verbs: ["get", "list"] }] });
    await pod.untilReady();

    const who = `User "system:serviceaccount:${cluster.namespace}:app"`;
    expect(log).toBe(
      `configmaps is forbidden: ${who} cannot list resource "configmaps" in API group "" in the namespace "${cluster.namespace}"\n`,
    );
  });
});
