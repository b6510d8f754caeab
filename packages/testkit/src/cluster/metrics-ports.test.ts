import { describe, expect, it } from "vitest";
import { metricsPorts } from "./metrics-ports.ts";

describe("ports of the metrics of a cluster's processes", () => {
  it("are the one that is asked for and those after it", async () => {
    expect(await metricsPorts("9464", 3)).toEqual(["9464", "9465", "9466"]);
  });

  it("are free ones, all different, when 0 is asked for", async () => {
    const ports = await metricsPorts("0", 9);
    expect(new Set(ports).size).toBe(9);
    expect(ports).not.toContain("0");
  });

  it("are none unless one is asked for", async () => {
    expect(await metricsPorts(undefined, 3)).toEqual([]);
    expect(await metricsPorts("", 3)).toEqual([]);
  });

  it("leave a setting that is no port for the processes to refuse", async () => {
    expect(await metricsPorts("many", 2)).toEqual(["many", "many"]);
  });
});
