import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { output } from "./_tools.ts";

export const chart = join(import.meta.dirname, "..", "helm", "parlance");

/** Values files of ci/, each a way of installing that is used. */
export const installations = ["embedded", "distributed", "everything"] as const;
export type Installation = (typeof installations)[number];

export function valuesOf(installation: Installation): string[] {
  return ["--values", join(chart, "ci", `${installation}-values.yaml`)];
}

export interface Env {
  name: string;
  value?: string;
  valueFrom?: { secretKeyRef: { name: string; key: string; optional?: boolean } };
}

export interface Container {
  name: string;
  image: string;
  env: Env[];
  ports: { name: string; containerPort: number }[];
  securityContext: Record<string, unknown>;
  volumeMounts: { name: string; mountPath: string }[];
  [field: string]: unknown;
}

export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; labels: Record<string, string>; annotations?: Record<string, string> };
  spec: Record<string, unknown>;
  data?: Record<string, string>;
}

export interface PodTemplate {
  metadata: { labels: Record<string, string>; annotations: Record<string, string> };
  spec: { containers: [Container]; securityContext: Record<string, unknown>; [field: string]: unknown };
}

/** What helm would send to the server. @throws with helm's message when the values are refused */
export async function render(helm: string, args: readonly string[]): Promise<Manifest[]> {
  const text = await output(helm, ["template", "trial", chart, "--namespace", "chat", ...args]);
  return parseAllDocuments(text).flatMap((document) => {
    if (document.errors[0] !== undefined) throw document.errors[0];
    const value = document.toJS() as Manifest | null;
    return value === null ? [] : [value];
  });
}

export function componentOf(manifest: Manifest): string {
  return manifest.metadata.labels["app.kubernetes.io/component"] ?? "";
}

export function ofKind(manifests: readonly Manifest[], ...kinds: string[]): Manifest[] {
  return manifests.filter(({ kind }) => kinds.includes(kind));
}

export function workloads(manifests: readonly Manifest[]): { manifest: Manifest; component: string; pod: PodTemplate }[] {
  return ofKind(manifests, "Deployment", "StatefulSet").map((manifest) => ({
    manifest,
    component: componentOf(manifest),
    pod: manifest.spec["template"] as PodTemplate,
  }));
}

/** Variables of a pod with the values that it would see, those from the Secret with the ones given. */
export function environmentOf(pod: PodTemplate, secrets: Readonly<Record<string, string>>): Record<string, string> {
  const [{ env }] = pod.spec.containers;
  return Object.fromEntries(
    env.flatMap(({ name, value, valueFrom }) => {
      const seen = value ?? secrets[valueFrom?.secretKeyRef.key ?? ""];
      return seen === undefined ? [] : [[name, seen]];
    }),
  );
}

export function selects(selector: unknown, labels: Readonly<Record<string, string>>): boolean {
  const { matchLabels } = selector as { matchLabels: Record<string, string> };
  return Object.entries(matchLabels).every(([name, value]) => labels[name] === value);
}
