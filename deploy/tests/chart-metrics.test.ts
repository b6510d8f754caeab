import { beforeAll, describe, expect, test } from "vitest";
import {
  componentOf,
  installations,
  ofKind,
  render,
  selects,
  valuesOf,
  workloads,
  type Installation,
  type Manifest,
} from "./_chart.ts";
import { findHelm } from "./_tools.ts";

const helm = (await findHelm()) ?? "";

describe.skipIf(helm === "")("the chart", () => {
  const rendered = new Map<Installation, Manifest[]>();
  const manifestsOf = (installation: Installation) => rendered.get(installation) ?? [];

  beforeAll(async () => {
    for (const installation of installations) rendered.set(installation, await render(helm, valuesOf(installation)));
  });

  test.each(installations)("shows metrics at every pod, to those alone who are named: %s", (installation) => {
    const policies = ofKind(manifestsOf(installation), "NetworkPolicy");
    for (const { pod, component } of workloads(manifestsOf(installation))) {
      const [{ env, ports }] = pod.spec.containers;
      expect(env, component).toContainEqual({ name: "PARLANCE_METRICS_PORT", value: "3002" });
      expect(ports, component).toContainEqual({ name: "metrics", containerPort: 3002 });
      const policy = policies.find((candidate) => componentOf(candidate) === component);
      const rules = (policy?.spec["ingress"] ?? []) as { ports: { port: string }[]; from?: unknown[] }[];
      const named =
        installation === "everything"
          ? { podSelector: { matchLabels: { app: "prometheus" } } }
          : { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "monitoring" } } };
      expect(rules.filter((rule) => rule.ports.some(({ port }) => port === "metrics")).map(({ from }) => from)).toEqual([[named]]);
    }
  });

  test("has metrics found by annotations, or by a PodMonitor that selects every pod", () => {
    for (const { pod, component } of workloads(manifestsOf("distributed")))
      expect(pod.metadata.annotations, component).toMatchObject({ "prometheus.io/scrape": "true", "prometheus.io/port": "3002" });
    const [monitor] = ofKind(manifestsOf("everything"), "PodMonitor");
    expect(monitor).toMatchObject({
      metadata: { labels: { release: "prometheus" } },
      spec: { podMetricsEndpoints: [{ port: "metrics", path: "/metrics", interval: "60s" }] },
    });
    for (const { pod, component } of workloads(manifestsOf("everything"))) {
      expect(selects(monitor?.spec["selector"], pod.metadata.labels), component).toBe(true);
      expect(Object.keys(pod.metadata.annotations).join(), component).not.toContain("prometheus.io");
    }
  });

  test("lets nobody read metrics when nobody is named, and has no port for them when they are off", async () => {
    const nobody = JSON.stringify(ofKind(await render(helm, ["--set-json", "metrics.from=[]"]), "NetworkPolicy"));
    expect(nobody).not.toContain("metrics");
    const off = JSON.stringify(workloads(await render(helm, ["--set", "metrics.enabled=false"])));
    expect(off).not.toMatch(/metrics|prometheus/i);
  });
});
