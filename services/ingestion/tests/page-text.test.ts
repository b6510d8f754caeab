import { describe, expect, it } from "vitest";
import { readDocument } from "../src/parsing/read-document.ts";

async function textOf(body: string, { extractMainContent = true } = {}): Promise<string> {
  const options = { extractMainContent, includeOnlyTags: "", excludeTags: "" };
  const bytes = Buffer.from(`<!doctype html><html><head><title>T</title></head><body>${body}</body></html>`);
  const { text } = await readDocument({ bytes, contentType: "text/html", url: "https://example.com/", options });
  return text.replace("# T\n\n", "");
}

const all = { extractMainContent: true, includeOnlyTags: "", excludeTags: "" };
const prose = `<p>${"The lodge lies on the lake, and its guests like it for the silence. ".repeat(8)}</p>`;

describe("what a visitor can open on a page is read with what opens it:", () => {
  it.each([
    [
      "panels that a button in a heading controls",
      `<h3><button aria-expanded="false" aria-controls="p1">Are dogs welcome?</button></h3><div id="p1" hidden aria-hidden="true"><p>Dogs are.</p></div>`,
      "### Are dogs welcome?\n\nDogs are.",
    ],
    [
      "what stands below a button and is hidden by its style",
      `<button class="accordion">Are dogs welcome?</button><div class="panel" style="display: none"><p>Dogs are.</p></div>`,
      "Are dogs welcome?\n\nDogs are.",
    ],
    [
      "what a link unfolds",
      `<h4><a href="#c1" data-toggle="collapse">Are dogs welcome?</a></h4><div id="c1" class="panel" aria-hidden="true">Dogs are.</div>`,
      "#### Are dogs welcome?\n\nDogs are.",
    ],
    [
      "panels of tabs",
      `<div role="tablist"><button role="tab">Summer</button><button role="tab">Winter</button></div><div role="tabpanel">Open till ten.</div><div role="tabpanel" hidden>Open till four.</div>`,
      "Summer\n\nWinter\n\nOpen till ten.\n\nOpen till four.",
    ],
    ["details", "<details><summary>Are dogs welcome?</summary>Dogs are.</details>", "Are dogs welcome?\n\nDogs are."],
  ])("%s", async (_, body, expected) => {
    expect(await textOf(body)).toBe(expected);
    expect(await textOf(`${prose}${prose}${body}`)).toContain(expected);
  });

  it("and what opens over the page, or only does something, is not", async () => {
    const page = `<p>Text.</p><button>Add to basket</button><button aria-haspopup="menu">Account</button>
      <button aria-controls="d">Open?</button><div id="d" role="dialog" hidden>Sign in</div><p hidden>Secret</p><span aria-hidden="true">★</span>`;
    expect(await textOf(page, { extractMainContent: false })).toBe("Text.\n\nOpen?");
  });
});

describe("words of a page", () => {
  it("stay apart in elements that only styles keep apart", async () => {
    const card = `<div><span>Kettle</span><span class="price">41 EUR</span></div><div><a href="/1">Soup 6 €</a><a href="/2">E-mail</a></div>`;
    expect(await textOf(card)).toBe("Kettle 41 EUR\n\nSoup 6 € E-mail");
  });

  it("stay whole when a letter of theirs is in an element of its own", async () => {
    expect(await textOf("<p><span>W</span><span>elcome</span>, co<b>operate</b> <i>un</i>likely.</p>")).toBe(
      "Welcome, cooperate unlikely.",
    );
  });

  it("and numbers keep their places beside signs of money, raised and in lists", async () => {
    const prices = `<p><span>$</span><span>9</span><span>/mo</span></p><p>9<sup>99</sup> € for 20 m<sup>2</sup></p>`;
    expect(await textOf(prices)).toBe("$9/mo\n\n9⁹⁹ € for 20 m2");
    expect(await textOf("<ol start=5><li>Five<li>Six<li value=9>Nine<li>Ten</ol>")).toBe("5. Five\n6. Six\n9. Nine\n10. Ten");
  });

  it("in formulas stand in one line, once, and numbered items have the number that is shown", async () => {
    const power = "<msup><mi>r</mi><mn>2</mn></msup>";
    const half = "<mfrac><mrow><mi>a</mi><mo>+</mo><mn>1</mn></mrow><mn>2</mn></mfrac>";
    const tex = `<annotation encoding="application/x-tex">A=\\pi r^2</annotation>`;
    const formula = `<math><semantics><mrow><mi>A</mi><mo>=</mo><mi>π</mi>${power}<mo>+</mo><msqrt>${half}</msqrt></mrow>${tex}</semantics></math>`;
    expect(await textOf(`<p>It is ${formula} here.</p>`)).toBe("It is A=πr^2+√((a+1)/2) here.");
    const lists = `<ol type=a><li>One<li>Two</ol><p>Then</p><ol reversed><li>Last<li>First</ol><p>Then</p><ol type=I start=4><li>Four</ol>`;
    expect(await textOf(lists)).toBe("a. One\nb. Two\n\nThen\n\n2. Last\n1. First\n\nThen\n\nIV. Four");
  });

  it("of pictures and films are no text of the page, nor its title", async () => {
    const icon = "<svg><title>Arrow</title></svg>";
    const page = `<html><body>${icon}<h1>Boats</h1><video>Your browser is too old.</video><p>Canoe <strike>9</strike> 8</p></body></html>`;
    const { title, text } = await readDocument({ bytes: Buffer.from(page), contentType: "text/html", url: "", options: all });
    expect({ title, text }).toEqual({ title: "Boats", text: "# Boats\n\nCanoe  8" });
  });

  it("in a form are read, what is typed or chosen in it is not", async () => {
    const form = `<form><fieldset><legend>Write to us</legend><label>Name <input value="typed"></label><p>We answer within two days.</p>
      <select><option>Berlin</option></select><button>Send</button></fieldset></form>`;
    expect(await textOf(form, { extractMainContent: false })).toBe("Write to us\n\nName\n\nWe answer within two days.");
  });

  it("that are struck out hold no more", async () => {
    expect(await textOf("<p>Now <del>60</del> <s>58</s> 55 euros.</p>")).toMatch(/^Now +55 euros\.$/);
  });
});

it("a page about cookies or consent is no question about cookies", async () => {
  const page = `<div class="cookies-grid"><p>Bake the cookies for fourteen minutes.</p></div><div class="consent-form"><p>Parents sign by May.</p></div>`;
  const banner = `<div id="cookie-consent"><p>We use cookies.</p></div><div class="CookieBanner"><p>We use cookies.</p></div>`;
  expect(await textOf(`${page}${banner}<p>Text.</p>`)).toBe(
    "Bake the cookies for fourteen minutes.\n\nParents sign by May.\n\nText.",
  );
});

describe("tables that only place things on a page", () => {
  const prices = "<table><tr><th>Boat<th>EUR<tr><td>Canoe<td>8<tr><td>Raft<td>12</table>";
  it.each([
    ["by what they hold", `<table><tr><td><table><tr><td>${prices}</table><td><p>Beside it.</p></table>`],
    ["by their role", `<table role=presentation><tr><td>${prices}<td><p>Beside it.</p></table>`],
    ["by headings, in several rows", `<table><tr><td><h2>Prices</h2>${prices}<tr><td><p>Beside it.</p></table>`],
  ])("are no tables of text: %s", async (_, body) => {
    expect((await textOf(body)).replace("## Prices\n\n", "")).toBe("| Boat | EUR |\n| Canoe | 8 |\n| Raft | 12 |\n\nBeside it.");
  });

  it("keep paragraphs and lists, and what they repeat over columns once", async () => {
    const page = `<table><tr><td><h1>Lake</h1><p>One.</p><p>Two.</p><td><ul><li>A<li>B</ul><tr><td colspan=2>Below.</table>`;
    expect(await textOf(page, { extractMainContent: false })).toBe("# Lake\n\nOne.\n\nTwo.\n\n- A\n- B\n\nBelow.");
  });

  it("keep bars of their own from dividing cells", async () => {
    const table = `<table><tr><th>Option<th>Type<tr><td>size<td>string | number<tr><td>stop<td>|</table>`;
    expect(await textOf(table)).toBe("| Option | Type |\n| size | string / number |\n| stop | / |");
  });

  it("are not those whose cells hold paragraphs and lists of data", async () => {
    expect(await textOf("<table><tr><td>Hut<td><p>Two beds.</p><ul><li>Stove<li>Lamp</ul></table>")).toBe(
      "| Hut | Two beds. - Stove - Lamp |",
    );
  });
});

describe("code on a page", () => {
  it.each([
    [
      "with its words in colours",
      `<div><pre><span></span><code><i>import</i> boats\n<b>boats</b><b>.</b><b>hire</b><b>(2)</b>\n</code></pre></div>`,
    ],
    [
      "with a mark at each line's end",
      `<pre><code><span>import boats</span><br><span>boats</span><span>.hire(2)</span><br></code></pre>`,
    ],
    ["with an element for each line", `<pre><code><div>import boats</div><div><span>boats.</span>hire(2)</div></code></pre>`],
    [
      "with numbers in its lines",
      `<pre><span class="linenos">1</span>import boats\n<span class="linenos">2</span>boats.hire(2)</pre>`,
    ],
    [
      "with the numbers of its lines beside it",
      `<table><tbody><tr><td class="gutter"><pre class="lineno">1\n2</pre></td><td><pre><b>import</b><span> boats\nboats.hire(2)</span></pre></td></tr></tbody></table>`,
    ],
  ])("is read line by line: %s", async (_, body) => {
    expect(await textOf(body)).toBe("```\nimport boats\nboats.hire(2)\n```");
    expect(await textOf(`${prose}${prose}${body}`)).toContain("\n\n```\nimport boats\nboats.hire(2)\n```");
  });

  it("stays what it is in tables of data, in lines, and where nothing is coloured", async () => {
    const rows = "<tr><td>start<td><pre><span>kite</span>\nup</pre><tr><td>stop<td><pre>17</pre>";
    expect(await textOf(`<table>${rows}</table>`)).toMatch(/^\| start \|.*kite.* up.* \|\n\| stop \| 17 \|$/);
    expect(await textOf("<p>Call <code><b>boats</b><b>.hire</b></code>.</p>")).toBe("Call boats.hire.");
    expect(await textOf("<pre>Row,\n  row your boat</pre>")).toBe("Row,\n  row your boat");
  });
});

describe("signs on a page are read where they say something of their own:", () => {
  const cells = (yes: string, no: string) => `<table><tr><th>Plan<th>Export<tr><td>Pro<td>${yes}<tr><td>Free<td>${no}</table>`;
  it.each([
    ["pictures with a text", `<img src="a" alt="Yes">`, `<img src="b" alt="No">`, "Yes", "No"],
    ["icons with a name", `<svg aria-label="included"></svg>`, `<i aria-label="not included"></i>`, "included", "not included"],
    ["icons of a set", `<i class="fa fa-check"></i>`, `<span class="bi-x-lg"></span>`, "✓", "✗"],
  ])("%s in cells", async (_, yes, no, first, second) => {
    const read = (await textOf(cells(yes, no))).replaceAll(/ +\|/g, " |");
    expect(read).toBe(`| Plan | Export |\n| Pro | ${first} |\n| Free | ${second} |`);
  });

  it("boxes that nobody can tick, and names of icons in lists", async () => {
    const list = `<ul><li><input type="checkbox" disabled checked> Vests<li><label><input type="checkbox" disabled> Insurance</label><li><i aria-label="not included"></i> Support</ul>`;
    expect(await textOf(list)).toMatch(/^- ☑ +Vests\n- ☐ +Insurance\n- not included +Support$/);
  });

  it("and nowhere else", async () => {
    const page = `<p>Two <img src="a" alt="Logo"> boats <span class="icon-check"></span>.</p><ul><li><a href="/"><i aria-label="Share"></i>Go</a></ul><label><input type="checkbox"> Send me news</label>`;
    expect(await textOf(page, { extractMainContent: false })).not.toMatch(/Logo|✓|Share|☐/);
    expect(await textOf(`<table><tr><td>Tea <img src="a" alt="Cup"><td>2 €</table>`)).toBe("| Tea | 2 € |");
  });
});

describe("what stands within a drawing or a frame of the page", () => {
  it("is read where a drawing names things, each once and by itself, and not where it only measures them", async () => {
    const label = (text: string) => `<text x="1" y="2">${text}</text>`;
    const plan = `<svg><title>Plan</title><style>text { fill: red }</style><defs><symbol>${label("Unused")}</symbol></defs>${label("Room A: <tspan>Vikings</tspan>")}${label("Room A: Vikings")}<g><foreignObject><div>Room B</div></foreignObject></g>${label("10")}${label("20 %")}</svg>`;
    const icons = `<p><svg aria-hidden="true">${label("Star")}</svg><a href="/"><svg>${label("Logo")}</svg>Go</a> on.</p>`;
    expect(await textOf(`<p>The plan.</p>${plan}${icons}`, { extractMainContent: false })).toBe(
      "The plan.\n\nRoom A: Vikings\nRoom B\n\nGo on.",
    );
    expect(await textOf(`${prose}${prose}${plan}`)).toContain("Room A: Vikings");
  });

  it("is read where the page itself holds what a frame shows", async () => {
    const frame = `<iframe srcdoc="<html><head><title>No</title></head><body><h3>Prices</h3><p>8 &amp;lt; 9 euros</p><script>x()</script></body></html>"></iframe>`;
    expect(await textOf(`<p>Boats.</p>${frame}<p>Huts.</p>`, { extractMainContent: false })).toBe(
      "Boats.\n\n### Prices\n\n8 < 9 euros\n\nHuts.",
    );
    const deep = `<iframe srcdoc="${"<b>".repeat(5_000)}"></iframe>`;
    await expect(textOf(deep)).rejects.toThrow("The page is nested too deeply to be read");
  });
});

describe("what stands beside the text", () => {
  it("is read where it is in the main part: notes, warnings and footnotes", async () => {
    const caution = "<aside><p>Stop the server before you restore.</p></aside>";
    for (const [open, close] of [
      ["<main>", "</main>"],
      ["<article>", "</article>"],
      ["<div role=main>", "</div>"],
    ])
      expect(await textOf(`${open}${prose}${caution}${prose}${close}`)).toContain("Stop the server");
    expect(await textOf(`<main>${prose}</main>${caution}`)).not.toContain("Stop the server");
  });

  it("is left out there, too, where it only leads on", async () => {
    const contents = `<nav><a href="#a">On boats</a></nav><div class="tableOfContents"><ul><li><a href="#b">On huts</a></ul></div>`;
    const text = await textOf(`<main><h1>Lake</h1>${contents}<p>The lake is deep.</p></main>`);
    const index = `<main><h1>Index</h1><nav><ul><li><a href="/a">Boats for hire</a><li><a href="/b">Huts on the lake</a></ul></nav></main>`;
    expect(await textOf(index)).toContain("Huts on the lake");
    expect(text).toBe("## Lake\n\nThe lake is deep.");
    expect(
      await textOf(`<main><nav>Open from nine to five, <a href="/m">see the map</a></nav><p>The lake is deep.</p></main>`),
    ).toContain("nine");
  });

  it("as marks for editors and for addresses of headings is left out", async () => {
    const heading = `<h2>History<span class="mw-editsection">[<a href="/e">edit</a>]</span></h2><p>Old.</p>`;
    expect(await textOf(`<div role="main">${heading}<dl><dt>cone<a href="#cone">¶</a><dd>Bends.</dl></div>`)).toContain(
      "## History\n\nOld.\n\n- cone: Bends.",
    );
  });
});

it("words beside what is typed or chosen, and beside empty elements, stay apart", async () => {
  const page = `<p><label>120 cm</label><input type="radio"><label>160 cm</label></p><p><span>Check-up</span><span></span><span>£45</span></p><p><b>fire</b><span>(</span>clay<span>)</span></p>`;
  expect(await textOf(page)).toBe("120 cm 160 cm\n\nCheck-up £45\n\nfire(clay)");
});

describe("headings in the items of a list", () => {
  const long = "The raft is made of logs and floats well, whatever is put on it. ".repeat(8).trim();

  it("are names of entries that stay one with what is beside them", async () => {
    const events = `<ul><li><time>5 May</time><h3>Concert</h3><p>Old hall</p><li><h3>Market</h3><p>Free</p></ul><dl><dt><h4>Raft</h4><dd>Made of logs.</dl>`;
    expect(await textOf(events)).toBe("- 5 May\n  Concert\n  Old hall\n- Market: Free\n\n- Raft: Made of logs.");
    expect(await textOf("<ul><li><h3>Boats</h3><ul><li>Canoe</ul><li><h3>Open?</h3><p>Always.</p></ul>")).toBe(
      "- Boats\n  - Canoe\n- Open?\n  Always.",
    );
    expect(await textOf(`<ul><li><pre><code># not a heading</code></pre></ul>`)).toContain("# not a heading");
  });

  it("are headings of the page where the items are its sections", async () => {
    const steps = `<ol><li><h2>Build</h2><p>${long}</p><ul><li><h3>Rope</h3><p>Ten metres.</p></ul><p>Tie it.</p><li><h2>Float</h2><p>${long}</p></ol>`;
    expect(await textOf(steps, { extractMainContent: false })).toBe(
      `## 1. Build\n\n${long}\n\n- Rope: Ten metres.\n\nTie it.\n\n## 2. Float\n\n${long}`,
    );
    const cards = `<ul><li><img alt=""><h3>Raft</h3><p>${long}</p></ul>`;
    expect(await textOf(cards)).toBe(`### Raft\n\n${long}`);
  });

  it("are no headings behind what they stand below", async () => {
    expect(await textOf(`<ul><li>5 May<h3>Concert</h3><p>${long}</p></ul>`)).toBe(`- 5 May\n  Concert\n  ${long}`);
  });
});
