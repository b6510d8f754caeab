import { afterAll, describe, expect, it } from "vitest";
import { createParser } from "../src/parsing/parser.ts";
import type { ReadingOptions } from "../src/parsing/parse-request.ts";
import { readDocument } from "../src/parsing/read-document.ts";

const parser = createParser();
afterAll(() => parser.close());

const plain: ReadingOptions = { extractMainContent: true, includeOnlyTags: "", excludeTags: "" };
function request(main: string, options: Partial<ReadingOptions> = {}) {
  const menu = "<nav><ul><li><a href=/>Menu entry</a></ul></nav>";
  const page = `<!doctype html><html><head><title>All of it</title><style>${"p{}".repeat(1_000)}</style></head><body>${menu}<main>${main}</main><footer>Imprint</footer></body></html>`;
  return { bytes: Buffer.from(page), contentType: "text/html", url: "", options: { ...plain, ...options } };
}
const textOf = async (main: string, options?: Partial<ReadingOptions>) => (await readDocument(request(main, options))).text;
const many = (count: number, each: (number: number) => string) => Array.from({ length: count }, (_, i) => each(i + 1)).join("");

describe("a large page", { timeout: 60_000 }, () => {
  it("of marks above all is read within the memory that one may take", async () => {
    const entry = (i: number) =>
      `<section id="f${i}"><h2>Function f${i}<a href="#f${i}">¶</a></h2><pre><code><span class="k">let</span> <span class="n">a</span> = <span class="n">f${i}</span>;</code></pre><ul><li>One</li><li><a href="/">Two</a></li></ul><p>Its default is ${i * 7}.</p></section>`;
    const count = 6_000;
    const read = await parser.parse(request(many(count, entry)));
    expect(read).not.toHaveProperty("failure");
    const { text } = "text" in read ? read : { text: "" };
    expect(text.match(/^Its default is \d+\.$/gm)).toHaveLength(count);
    expect(text).toContain(
      `## Function f${count}\n\n\`\`\`\nlet a = f${count};\n\`\`\`\n\n- One\n- Two\n\nIts default is ${count * 7}.`,
    );
    expect(text).not.toMatch(/Menu entry|Imprint/);
  });

  it("of one paragraph that cannot be divided is read within it, too", async () => {
    const count = 200_000;
    const read = await parser.parse(request(`<p>${many(count, (i) => `<b>w${i}</b> `)}</p>`));
    expect(read).not.toHaveProperty("failure");
    expect("text" in read ? read.text.slice(-20) : "").toContain(`w${count}`);
  });

  it("keeps its tables, numbered lists and code as they are", async () => {
    const rows = many(3_000, (i) => `<tr><td rowspan=2>Part ${i}<td>${i} euros<tr><td><p>In</p><p>stock: ${i}</p>`);
    const items = many(6_000, (i) => `<li value=${i === 5 ? 105 : ""}><p>Rule ${i}</p><p>Second.</p>`);
    const code = many(12_000, (i) => `<i>line</i> ${i}\n`);
    const text = await textOf(`<table>${rows}</table><ol start=3>${items}</ol><pre><code>${code}</code></pre>`);
    const table = many(3_000, (i) => `| Part ${i} | ${i} euros |\n| Part ${i} | In stock: ${i} |\n`);
    const list = many(6_000, (i) => `${i < 5 ? i + 2 : i + 100}. Rule ${i}\n  Second.\n`);
    expect(text.slice(0, table.length + "# All of it\n\n".length)).toBe(`# All of it\n\n${table}`);
    expect(text.replaceAll("\n\n", "\n")).toContain(list);
    expect(text.match(/^line \d+$/gm)).toHaveLength(12_000);
  });

  it("is read in full when what is not read is most of it", async () => {
    const drawing = `<svg><title>x</title>${"<path d='M0 0'/>".repeat(60_000)}</svg><script>if (a < b) "</p>"</script>`;
    expect(await textOf(`<p>Before.</p>${drawing}<p>After <b>it</b>: 1 &lt; 2.</p>`)).toBe(
      "# All of it\n\nBefore.\n\nAfter it: 1 < 2.",
    );
  });

  it("is read by selectors, too", async () => {
    const body = many(
      8_000,
      (i) => `<div class="a"><p>Yes ${i}.</p><p class="x">No.</p></div><div class="b"><p>Neither.</p></div>`,
    );
    const text = await textOf(body, { includeOnlyTags: ".a", excludeTags: ".x" });
    expect(text).toBe(`# All of it\n\n${many(8_000, (i) => `Yes ${i}.\n\n`).trim()}`);
  });

  it("that is nested too deeply is refused at once", async () => {
    await expect(textOf("<div>".repeat(1_000_000))).rejects.toThrow("The page is nested too deeply to be read");
  });
});
