// Prints the table of values.yaml for the chart's README.md, or with --write puts it there: one row for each value with the comment above it.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const chart = new URL("../helm/parlance/", import.meta.url);
const marks = ["<!-- values -->\n", "<!-- /values -->"] as const;

/** Values whose content one description covers. */
const describedAsWhole = ["defaults.resources", "embedded", "services", "networkPolicy.dns", "metrics.from", "podSecurityContext"];

/** @returns the rows as Markdown. @throws Error when a value has no description */
export function valuesTable(values: string): string {
  const rows: string[] = [];
  let comment: string[] = [];
  /** Keys on the way to the current line, with their indentation. */
  let path: { key: string; indent: number }[] = [];
  for (const line of values.split("\n")) {
    const [, indent = "", note, key, rest = ""] = /^( *)(?:# ?(.*)|([\w.-]+):(.*))$/.exec(line) ?? [];
    if (note !== undefined) {
      comment.push(note);
      continue;
    }
    if (key !== undefined) {
      path = [...path.filter((step) => step.indent < indent.length), { key, indent: indent.length }];
      const name = path.map((step) => step.key).join(".");
      if (comment.length > 0) rows.push(`| \`${name}\` | ${defaultOf(rest)} | ${comment.join(" ").replaceAll("|", "\\|")} |`);
      else if (rest.trim() !== "" && !isDescribedAbove(name)) throw new Error(`${name} has no description in values.yaml`);
    }
    comment = [];
  }
  return ["| value | default | meaning |", "| --- | --- | --- |", ...rows].join("\n");
}

/** The README with the table of values.yaml between its marks. */
export function readmeWithTable(readme: string, values: string): string {
  const [start, end] = [readme.indexOf(marks[0]) + marks[0].length, readme.indexOf(marks[1])];
  return `${readme.slice(0, start)}${valuesTable(values)}\n${readme.slice(end)}`;
}

function isDescribedAbove(name: string): boolean {
  return describedAsWhole.some((whole) => name.startsWith(`${whole}.`));
}

function defaultOf(rest: string): string {
  const value = rest.trim();
  return value === "" ? "" : `\`${value}\``;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const values = readFileSync(new URL("values.yaml", chart), "utf8");
  const readme = new URL("README.md", chart);
  if (process.argv.includes("--write")) writeFileSync(readme, readmeWithTable(readFileSync(readme, "utf8"), values));
  else console.log(valuesTable(values));
}
