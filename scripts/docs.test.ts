import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..");
const pages = globSync("**/*.md", { cwd: root, exclude: (path) => /(?:^|\/)(?:node_modules|data|\.[^/]*)$/.test(path) });

/** Links to places of this tree, as they are written; none of code, which has brackets and parentheses side by side as well. */
function linksOf(page: string): string[] {
  const text = readFileSync(join(root, page), "utf8").replaceAll(/^```.*?^```|`[^`\n]*`(?!\])/gms, "");
  return [...text.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, link = ""]) => link);
}

/** The names by which headings of a page are linked to. */
function anchorsOf(page: string): string[] {
  const headings = readFileSync(page, "utf8").matchAll(/^#+ (.+)$/gm);
  return [...headings].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

describe("documentation", () => {
  it.each(pages)("%s links to files and headings that are there", (page) => {
    const lost = linksOf(page).filter((link) => {
      const [path = "", anchor] = link.split("#");
      const target = path === "" ? join(root, page) : join(root, dirname(page), path);
      return !existsSync(target) || (anchor !== undefined && !anchorsOf(target).includes(anchor));
    });
    expect(lost).toEqual([]);
  });

  it("has a page for each package and service, which says where to begin", () => {
    const parts = globSync("{packages,services}/*/package.json", { cwd: root }).map((manifest) => dirname(manifest));
    const without = parts.filter(
      (part) => !pages.includes(join(part, "README.md")) || linksOf(join(part, "README.md")).length === 0,
    );
    expect({ parts: parts.length > 0, without }).toEqual({ parts: true, without: [] });
  });
});
