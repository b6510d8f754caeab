import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseConfig } from "@parlance/platform";
import { expect, test } from "vitest";
import { readProcessConfig } from "../../packages/runtime/src/process-config.ts";
import { definitions, processSettings, root } from "./_services.ts";

/** Variables of the page's tables with the default that stands beside them. */
function documented(): Map<string, string> {
  const page = readFileSync(join(root, "docs", "operations", "settings.md"), "utf8");
  const rows = page.matchAll(/^\| (`PARLANCE_[^|]*) \| ([^|]*) \|/gm);
  return new Map(
    [...rows].flatMap(([, names = "", value = ""]) => [...names.matchAll(/PARLANCE_\w+/g)].map(([name]) => [name, value] as const)),
  );
}

test("the page of settings has every setting that is read, and no other", () => {
  const read = new Set([...processSettings, ...definitions.flatMap(({ config }) => Object.keys(config))]);
  expect([...documented().keys()].toSorted()).toEqual([...read].toSorted());
});

test("the page of settings tells the defaults", () => {
  const read = [...definitions.map(({ config }) => parseConfig(config, {})), readProcessConfig({})].map((config) =>
    Object.entries(config),
  );
  const defaults = new Map<string, unknown>(read.flat());
  for (const [name, said] of documented()) {
    const value = defaults.get(name);
    // What is made, or follows from another setting, is told in words.
    const isOpen = value === undefined || (Array.isArray(value) && value.length === 0);
    const told = typeof value === "string" ? value : JSON.stringify(value);
    const agrees = isOpen ? !said.includes("`") : said === `\`${told}\``;
    expect(agrees, `${name}: ${said}`).toBe(true);
  }
});
