import { REDACTED, redact } from "../../domain/redact.ts";

/** Fields of metadata that the server fills in, or that say nothing about the content. */
const DROPPED_METADATA = new Set([
  "uid",
  "resourceVersion",
  "generation",
  "creationTimestamp",
  "managedFields",
  "selfLink",
  "ownerReferences",
]);
/** Fields of a Service that the cluster hands out. */
const DROPPED_SERVICE = new Set(["clusterIP", "clusterIPs", "healthCheckNodePort", "nodePort"]);
/** `last-applied-configuration` repeats the whole object, values and all; the deployment controller's own are about revisions. */
const DROPPED_ANNOTATION =
  /^(kubectl\.kubernetes\.io\/last-applied-configuration|deployment\.kubernetes\.io\/|autoscaling\.alpha\.kubernetes\.io\/)/;

/**
 * An object as the archive may have it: what could be applied again, without status and without any literal value of an environment, a header of a probe or
 * an option of a command line. Credentials are taken out of annotations. Never called with a Secret, nor with the body of a ConfigMap.
 */
export function stripped(object: unknown): unknown {
  if (!isRecord(object)) return object;
  const { status: _status, metadata, spec, ...rest } = object;
  return {
    ...rest,
    metadata: strippedMetadata(metadata),
    spec: redacted(object.kind === "Service" ? withoutKeys(spec, DROPPED_SERVICE) : spec),
  };
}

/** A pod template in the same way. */
export function strippedTemplate(template: unknown): unknown {
  if (!isRecord(template)) return template;
  return { ...template, metadata: strippedMetadata(template.metadata), spec: redacted(template.spec) };
}

function strippedMetadata(metadata: unknown): unknown {
  if (!isRecord(metadata)) return metadata;
  const kept = Object.entries(metadata).filter(([key]) => !DROPPED_METADATA.has(key));
  return Object.fromEntries(kept.map(([key, value]) => [key, key === "annotations" ? keptAnnotations(value) : value]));
}

function keptAnnotations(annotations: unknown): unknown {
  if (!isRecord(annotations)) return annotations;
  const kept = Object.entries(annotations).filter(([key]) => !DROPPED_ANNOTATION.test(key));
  return Object.fromEntries(kept.map(([key, value]) => [key, typeof value === "string" ? redact(value) : value]));
}

function redacted(value: unknown, key = ""): unknown {
  if (Array.isArray(value)) {
    if (key === "env" || key === "httpHeaders") return value.map(withoutValue);
    if (key === "command" || key === "args") return value.map(withoutArgument);
    return value.map((item) => redacted(item));
  }
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, name === "metadata" ? strippedMetadata(item) : redacted(item, name)]),
  );
}

function withoutValue(entry: unknown): unknown {
  return isRecord(entry) && "value" in entry ? { ...entry, value: REDACTED } : entry;
}

/** `--password=x` keeps its name; a word on its own may be the value of the option before it, or a whole script. */
function withoutArgument(argument: unknown, index: number): unknown {
  if (typeof argument !== "string" || (index === 0 && /^[\w./-]+$/.test(argument) && !argument.startsWith("-"))) return argument;
  const option = /^(--[\w.-]+|-\w)(=|$)/.exec(argument);
  if (option === null) return REDACTED;
  return option[2] === "=" ? `${option[1]}=${REDACTED}` : argument;
}

function withoutKeys(value: unknown, keys: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutKeys(item, keys));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !keys.has(key))
      .map(([key, item]) => [key, withoutKeys(item, keys)]),
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
