import { describe, expect, it } from "vitest";
import { chunkText } from "../src/domain/chunk-text.ts";
import { readDocument } from "../src/parsing/read-document.ts";
import { withTableHeads } from "../src/parsing/table-heads.ts";

const rows = (count: number, row: (i: number) => string) => Array.from({ length: count }, (_, i) => row(i + 1)).join("\n");
const chunks = (text: string) => [...chunkText(text)].map((chunk) => chunk.text);
const options = { extractMainContent: true, includeOnlyTags: "", excludeTags: "" };

describe("a long table", () => {
  it("has its head in every passage that is made of it, and each of its rows once", () => {
    const head = "| Part | What it is for | Price |";
    const table = `${head}\n${rows(200, (i) => `| P-${i} | A bolt with a washer for boats | ${i} € |`)}`;
    const found = chunks(withTableHeads(`# Parts\n\nAll that we sell:\n\n${table}\n\nAsk us for more.`));
    expect(found.filter((chunk) => chunk.includes("| P-")).every((chunk) => chunk.includes(`${head}\n| P-`))).toBe(true);
    expect(found.join("\n").match(/^\| P-\d+ /gm)).toHaveLength(200);
    expect(found.at(-1)).toContain("Ask us for more.");
  });

  it("has the rule under its head there, too, and may be in a script of wide characters", () => {
    const ruled = withTableHeads(`| Boat | Euros |\n| --- | --- |\n${rows(100, (i) => `| Canoe ${i} | ${i} |`)}`);
    expect(ruled.match(/\| Boat \| Euros \|\n\| --- \| --- \|\n\| Canoe/g)?.length).toBeGreaterThan(1);
    const wide = chunks(
      withTableHeads(`| 商品名称 | 说明文字 | 价格 |\n${rows(100, (i) => `| 茶叶第${i}号 | 高山上的茶 | ${i}元 |`)}`),
    );
    expect(wide.every((chunk) => chunk.startsWith("| 商品名称 |"))).toBe(true);
  });

  it.each([
    ["is short", `| Boat | Euros | Days |\n${rows(10, (i) => `| Canoe | ${i} | 2 |`)}`],
    ["has no head", rows(200, (i) => `| Canoe ${i} | ${i} | 2 |`)],
    ["lists the properties of one thing", `| Name | Ann |\n${rows(100, (i) => `| Her ${i}. book | The long way home again |`)}`],
    ["is no table but code", `\`\`\`\n| a | b | c |\n${rows(200, () => "| x | y | z |")}\n\`\`\``],
    ["is one endless row", `| ${"a | ".repeat(100_000)}\n| ${"b | ".repeat(100_000)}`],
  ])("stays as it is when it %s", (_, text) => {
    expect(withTableHeads(text)).toBe(text);
  });

  it("is read so from pages and files of rows", async () => {
    const html = `<table><tr><th>Part<th>Price${rows(200, (i) => `<tr><td>Bolt number ${i}<td>${i} €`)}</table>`;
    const csv = `Part,Price\n${rows(200, (i) => `Bolt number ${i},${i} €`)}`;
    for (const [text, contentType] of [
      [html, "text/html"],
      [csv, "text/csv"],
    ] as const) {
      const read = await readDocument({ bytes: Buffer.from(text), contentType, url: "", options });
      expect(chunks(read.text).every((chunk) => chunk.startsWith("| Part | Price |\n| Bolt number"))).toBe(true);
    }
  });

  it("of a million rows takes no longer than its length", () => {
    const text = `| Part | For | Price |\n${rows(300_000, (i) => `| Bolt ${i} | boats | ${i} |`)}`;
    const begun = performance.now();
    withTableHeads(text);
    expect(performance.now() - begun).toBeLessThan(5_000);
  });
});
