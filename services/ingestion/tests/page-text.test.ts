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

  it("are not those whose cells hold paragraphs and lists of data", async () => {
    expect(await textOf("<table><tr><td>Hut<td><p>Two beds.</p><ul><li>Stove<li>Lamp</ul></table>")).toBe(
      "| Hut | Two beds. - Stove - Lamp |",
    );
  });
});
