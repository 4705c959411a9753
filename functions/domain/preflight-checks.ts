import { availabilityPlan, roomFor } from "./availability.ts";
import type { AvailabilityPlan, Preflight, PreflightCheck } from "./preflight.ts";
import { type Looked, looked, type PreflightFacts, type TargetFacts, type TemplateNeeds } from "./preflight-facts.ts";

type Subject = Pick<PreflightCheck, "check" | "target">;

/** Everything that can be told before the first write: what would keep each release from running, room for the rollout, and missing rights. */
export function preflight(facts: PreflightFacts): Preflight {
  const runnable = facts.targets.find((target) => targetChecks(target).every(({ outcome }) => outcome !== "fail"));
  const availability = availabilityPlan(runnable === undefined ? facts : { ...facts, targets: [runnable] });
  return {
    checks: [
      ...facts.targets.flatMap(targetChecks),
      ...roomChecks(facts, runnable === undefined ? null : looked(runnable.needs), availability),
      ...rightChecks(facts),
    ],
    availability,
  };
}

/** One line for each thing that a release needs; `fail` where it cannot run without it. */
function targetChecks(target: TargetFacts): PreflightCheck[] {
  const subject = (check: string): Subject => ({ check, target: target.templateHash });
  if ("notChecked" in target.needs) return [unseen(subject("template"), target.needs, "the template of the release")];
  const needs = target.needs.value;
  if (needs === null) {
    return [
      failed(
        subject("template"),
        "neither a revision in the cluster nor a snapshot has it",
        "raise revisionHistoryLimit for the next time",
      ),
    ];
  }
  return [
    target.selected
      ? passed(subject("selector"), "the template's labels match the workload's selector")
      : failed(
          subject("selector"),
          "the template's labels do not match the workload's selector, which cannot be changed",
          "create the workload anew, by hand",
        ),
    ...configChecks(target, subject("configuration")),
    ...(needs.serviceAccount === null
      ? []
      : [told(subject("service account"), target.serviceAccount, needs.serviceAccount, `create ServiceAccount ${needs.serviceAccount}`)]),
    ...target.claims.map(({ name, found }) => claimCheck(subject("volume claim"), name, found)),
    ...(needs.priorityClass === null
      ? []
      : [told(subject("priority class"), target.priorityClass, needs.priorityClass, `create PriorityClass ${needs.priorityClass}`)]),
    ...target.images.map(({ image, present }) =>
      told(subject("image"), present, image, "push the image again, or restore another release"),
    ),
  ];
}

/** What is missing, each on its own; one line for all that is there. */
function configChecks({ configs }: TargetFacts, subject: Subject): PreflightCheck[] {
  const present = configs.filter(({ missing }) => looked(missing)?.length === 0);
  const others = configs.flatMap(({ need, missing }): PreflightCheck[] => {
    const what = `${need.kind} ${need.name}`;
    if ("notChecked" in missing) return [unseen(subject, missing, what)];
    return missing.value.map((key) =>
      key === need.name
        ? failed(subject, `${what} does not exist`, `create ${what} as it was, or restore another release`)
        : failed(subject, `${what} has no key ${key}`, `add ${key} to ${what}, or restore another release`),
    );
  });
  const names = present.map(({ need }) => `${need.kind} ${need.name}`).join(", ");
  return present.length === 0 && others.length > 0 ? others : [passed(subject, names === "" ? "nothing is read" : names), ...others];
}

function claimCheck(subject: Subject, name: string, found: TargetFacts["claims"][number]["found"]): PreflightCheck {
  if ("notChecked" in found) return unseen(subject, found, name);
  switch (found.value) {
    case "absent":
      return failed(subject, `${name} does not exist`, `create PersistentVolumeClaim ${name}, or restore another release`);
    case "one-node":
      return warned(
        subject,
        `${name} is mounted by one Node at a time: a new pod elsewhere waits for the old one`,
        "keep the pods on one Node, or take the old one away",
      );
    case "shared":
      return passed(subject, name);
  }
}

function roomChecks(facts: PreflightFacts, needs: TemplateNeeds | null, availability: AvailabilityPlan): PreflightCheck[] {
  const { quotas, nodes, unschedulable, autoscaler, budgets, loadBalancer, workload } = facts;
  const room = needs === null ? null : roomFor({ quotas, nodes, unschedulable }, needs);
  const about = (check: string): Subject => ({ check, target: null });
  return [
    ...("notChecked" in quotas ? [unseen(about("quota"), quotas, "ResourceQuotas")] : []),
    ...("notChecked" in nodes ? [unseen(about("node headroom"), nodes, "Nodes")] : []),
    room !== null && room.pods < workload.replicas
      ? warned(
          about("headroom"),
          `${room.pods} more pods fit (${room.reason}): ${availability.reason}`,
          "make room for a second set of pods to go back without loss",
        )
      : passed(about("headroom"), availability.reason),
    ...autoscalerChecks(about("autoscaler"), autoscaler, workload.replicas),
    ...budgetChecks(about("disruption budget"), budgets, workload.kind, availability.predictedLoss),
    ...loadBalancerChecks(about("load balancer"), loadBalancer),
  ];
}

function autoscalerChecks(subject: Subject, autoscaler: PreflightFacts["autoscaler"], replicas: number): PreflightCheck[] {
  if ("notChecked" in autoscaler) return [unseen(subject, autoscaler, "HorizontalPodAutoscaler")];
  if (autoscaler.value === null) return [];
  const { name, maxReplicas } = autoscaler.value;
  const bound = `${name} allows ${maxReplicas} pods, ${replicas} are set`;
  return [replicas < maxReplicas ? passed(subject, bound) : warned(subject, bound, "raise maxReplicas if the restored release needs more")];
}

/** A rollout is no eviction: a budget does not hold it back, and is broken where pods go before others are there. */
function budgetChecks(subject: Subject, budgets: PreflightFacts["budgets"], kind: string, loss: number): PreflightCheck[] {
  if ("notChecked" in budgets) return [unseen(subject, budgets, "PodDisruptionBudgets")];
  return budgets.value.map(({ name, allowed }) =>
    loss <= allowed
      ? passed(subject, `${name} allows ${allowed} to be missing, ${loss} may be`)
      : warned(
          subject,
          `${name} allows ${allowed} to be missing, ${loss} may be: the rollout of a ${kind} does not ask it`,
          "make room for a surge",
        ),
  );
}

function loadBalancerChecks(subject: Subject, loadBalancer: PreflightFacts["loadBalancer"]): PreflightCheck[] {
  if ("notChecked" in loadBalancer) return [unseen(subject, loadBalancer, "Ingresses")];
  if (loadBalancer.value === null) return [];
  const { ingress, gated } = loadBalancer.value;
  if (gated) return [passed(subject, `pods wait for the load balancer of Ingress ${ingress}`)];
  return [
    warned(
      subject,
      `a pod counts as ready before the load balancer of Ingress ${ingress} sends to it: a fast rollout can answer 5xx meanwhile`,
      "label the namespace elbv2.k8s.aws/pod-readiness-gate-inject=enabled",
    ),
  ];
}

/** A right that is missing may still be given by another way than the group (a user, a policy of EKS): it warns, and the write itself decides. */
function rightChecks({ rights }: PreflightFacts): PreflightCheck[] {
  const subject: Subject = { check: "rights", target: null };
  const missing = rights.flatMap(({ rule, allowed }): PreflightCheck[] => {
    if ("notChecked" in allowed) return [unseen(subject, allowed, rule)];
    return allowed.value ? [] : [warned(subject, `rollguard:write may not: ${rule}`, `add ${rule} to the Role of rollguard:write`)];
  });
  const distinct = [...new Map(missing.map((check) => [`${check.outcome} ${check.fix}`, check])).values()];
  return distinct.length === 0 && rights.length > 0 ? [passed(subject, `all ${rights.length} that the plan needs`)] : distinct;
}

/** Is it there? Its absence is proof. */
function told(subject: Subject, fact: Looked<boolean>, name: string, fix: string): PreflightCheck {
  if ("notChecked" in fact) return unseen(subject, fact, name);
  return fact.value ? passed(subject, name) : failed(subject, `${name} does not exist`, fix);
}

function unseen(
  subject: Subject,
  { notChecked, fix }: { readonly notChecked: string; readonly fix: string },
  what: string,
): PreflightCheck {
  return { ...subject, outcome: "not-checked", observed: `${what}: ${notChecked}`, fix };
}

function passed(subject: Subject, observed: string): PreflightCheck {
  return { ...subject, outcome: "pass", observed, fix: "" };
}

function warned(subject: Subject, observed: string, fix: string): PreflightCheck {
  return { ...subject, outcome: "warn", observed, fix };
}

function failed(subject: Subject, observed: string, fix: string): PreflightCheck {
  return { ...subject, outcome: "fail", observed, fix };
}
