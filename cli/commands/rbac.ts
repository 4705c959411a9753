import type { Command } from "commander";
import { parseBlueprintFiles } from "../../blueprints/load-blueprints.ts";
import type { Blueprint } from "../../functions/domain/blueprint.ts";
import { rolesOf } from "../../functions/domain/rbac.ts";
import { rbacManifest } from "../../functions/domain/rbac-manifest.ts";
import type { OwnerPlace } from "../../functions/domain/rbac-reads.ts";
import { badInput, notFound } from "../command-error.ts";
import type { CommandContext } from "../context.ts";
import { blueprintFiles } from "./blueprint-files.ts";

interface RbacOptions {
  readonly blueprints: string;
  readonly targetCluster?: string;
  readonly targetNamespace?: string;
  readonly gitops: readonly string[];
  readonly secret: readonly string[];
  readonly clusterWide?: boolean;
  readonly json?: boolean;
}

/** `rollguard rbac`: the Roles that a service needs in its cluster. Needs no AWS. */
export function rbacCommand(parent: Command, { console }: CommandContext): void {
  const collect = (value: string, all: readonly string[]) => [...all, value];
  parent
    .command("rbac")
    .description("print the Kubernetes Roles that Rollguard needs for a service; needs no AWS")
    .argument("<service>", "name in its blueprint")
    .option("--blueprints <path>", "folder of blueprints, or the file", "blueprints")
    .option("--target-cluster <name>", "EKS cluster for blueprints that name none (rollguard:cluster of the stack)")
    .option("--target-namespace <name>", "namespace for blueprints that name none (rollguard:namespace of the stack)")
    .option("--gitops <owner>", "argo-cd, or flux:<namespace>: let Rollguard hold that owner; repeat for several", collect, [])
    .option(
      "--secret <name>",
      "a Secret that may be read, where the blueprint does not say names; with encrypted also written; repeat for several; default all",
      collect,
      [],
    )
    .option("--cluster-wide", "also a ClusterRole to read Nodes and what runs on them, for the headroom")
    .option("--json", "one JSON array on stdout, one element an object")
    .addHelpText(
      "after",
      `
The Roles hold exactly the verbs that the blueprint's kind, traffic, restore and gitops settings use, limited to the service's own objects where
Kubernetes allows that. They are bound to the groups rollguard:read, rollguard:write and rollguard:keep of the EKS access entries.

Examples:
  $ rollguard rbac checkout | kubectl apply -f -
  $ rollguard rbac checkout --gitops argo-cd --cluster-wide
  $ rollguard rbac checkout --blueprints services/blueprints --gitops flux:flux-system`,
    )
    .action((service: string, options: RbacOptions) => {
      const blueprint = find(service, options);
      const objects = rolesOf(blueprint, {
        owners: options.gitops.flatMap((owner) => placesOf(owner, blueprint)),
        ...(options.secret.length === 0 ? {} : { secrets: options.secret }),
        clusterWide: options.clusterWide ?? false,
      });
      const { kind, namespace, name, cluster } = blueprint.target;
      const heading = [`What Rollguard may do for ${service}: ${kind} ${namespace}/${name} of cluster ${cluster}.`];
      console.write(options.json ? `${JSON.stringify(objects, null, 2)}\n` : rbacManifest(objects, heading));
    });
}

function find(service: string, { blueprints, targetCluster, targetNamespace }: RbacOptions): Blueprint {
  const target = {
    ...(targetCluster === undefined ? {} : { cluster: targetCluster }),
    ...(targetNamespace === undefined ? {} : { namespace: targetNamespace }),
  };
  // Alarms do not matter here: any preset does.
  const files = parseBlueprintFiles(blueprintFiles(blueprints), { metricPreset: "eks", target });
  const file = files.find(({ authored }) => authored?.metadata.name === service);
  if (file === undefined) throw notFound(`There is no blueprint for ${service} in ${blueprints}.`);
  if (file.blueprint === null) throw badInput(`The blueprint of ${service} has problems: rollguard validate ${blueprints} shows them.`);
  return file.blueprint;
}

function placesOf(owner: string, { gitops }: Blueprint): readonly OwnerPlace[] {
  const [kind, namespace] = owner.split(":");
  if (kind === "argo-cd" && namespace === undefined) return [{ kind: "Application", namespace: gitops.argoNamespace }];
  if (kind === "flux" && namespace) {
    return [
      { kind: "Kustomization", namespace },
      { kind: "HelmRelease", namespace },
    ];
  }
  throw badInput(`--gitops ${owner}: say argo-cd, or flux:<namespace> with the namespace of its Kustomization or HelmRelease.`);
}
