import type { Container, PodTemplateSpec } from "kubernetes-types/core/v1.d.ts";
import type { Resources } from "../../domain/preflight-facts.ts";

const FACTORS: Readonly<Record<string, number>> = {
  ...{ n: 1e-9, u: 1e-6, m: 1e-3, "": 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18 },
  ...{ Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60 },
};
const QUANTITY = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)([numkMGTPE]|[KMGTPE]i)?$/;

/** Kubernetes' own way to write an amount (`250m`, `1.5Gi`, `1e3`) as a number; 0 for what is none. */
export function parseResource(text: unknown): number {
  const [, digits = "0", suffix = ""] = QUANTITY.exec(String(text ?? "0")) ?? [];
  return Number(digits) * (FACTORS[suffix] ?? 0);
}

/** An amount in the unit that the domain counts in: thousandths of a core, bytes, or pieces. */
export function amountOf(resource: string, text: unknown): number {
  const value = parseResource(text);
  return /(^|\.)cpu$/.test(resource) ? Math.round(value * 1000) : Math.floor(value);
}

/** What a pod asks for or is limited to: its containers together, or its greediest init container, and the overhead of its runtime. */
export function podResources(spec: PodTemplateSpec["spec"], kind: "requests" | "limits"): Resources {
  const sum = (resource: "cpu" | "memory") => {
    const of = (container: Container) => amountOf(resource, container.resources?.[kind]?.[resource]);
    const together = (spec?.containers ?? []).reduce((total, container) => total + of(container), 0);
    const alone = Math.max(0, ...(spec?.initContainers ?? []).map(of));
    return Math.max(together, alone) + amountOf(resource, spec?.overhead?.[resource]);
  };
  return { cpuMillicores: sum("cpu"), memoryBytes: sum("memory") };
}
