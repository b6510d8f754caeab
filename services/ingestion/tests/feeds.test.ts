import { describe, expect, it } from "vitest";
import { readDocument } from "../src/parsing/read-document.ts";

const options = { extractMainContent: true, includeOnlyTags: ".no-feed", excludeTags: "p" };
async function read(content: string | Uint8Array, contentType: string) {
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  return readDocument({ bytes, contentType, url: "https://example.com/feed", options });
}
const textOf = async (content: string | Uint8Array, contentType: string) => (await read(content, contentType)).text;

const declaration = `<?xml version="1.0" encoding="UTF-8"?><?xml-stylesheet href="a.xsl"?><!-- made by a program -->`;
const rss = `${declaration}<rss version="2.0" xmlns:content="c" xmlns:dc="d"><channel><title>Harbour &amp; more</title><link>https://example.com</link>
  <description>What happens</description><image><title>Logo</title></image>
  <item><title>Prices &lt;b&gt;rise&lt;/b&gt;</title><guid>1</guid><pubDate>Tue, 03 Nov 2026 09:30:00 +0000</pubDate><dc:creator>Ann</dc:creator><description>In short</description>
    <content:encoded><![CDATA[<h2>Ferry</h2><p>It costs <b>12 euros</b>.</p><ul><li>Dogs: free</li></ul><script>x()</script>]]></content:encoded></item>
  <item><title>Spelt &lt;new&gt;</title><description>Open at 9 &lt; 10 &amp; later.</description></item></channel></rss>`;
const asText =
  "# Harbour & more\n\nWhat happens\n\n## Prices rise\n\nTue, 03 Nov 2026 09:30, Ann\n\n#### Ferry\n\nIt costs 12 euros.\n\n- Dogs: free\n\n## Spelt <new>\n\nOpen at 9 < 10 & later.";

describe("a feed is read entry by entry, with days, authors and the text of their HTML:", () => {
  it.each([
    "application/rss+xml; charset=utf-8",
    "application/xml",
    "text/xml",
    "text/html",
    "text/plain",
    "application/octet-stream",
    "",
  ])("RSS, served as %j", async (type) => {
    expect(await read(rss, type)).toEqual({ title: "Harbour & more", text: asText });
  });

  it("Atom, with entries in HTML, XHTML and plain text", async () => {
    const xhtml = `<div xmlns="http://www.w3.org/1999/xhtml"><p>One<br/>two &amp; three.</p></div>`;
    const atom = `<feed xmlns="http://www.w3.org/2005/Atom"><title>News</title><author><name>All</name></author>
      <entry><title type="html">A &amp;amp; B</title><updated>2026-11-03T09:30:00.000+01:00</updated><author><name>Bo</name></author><summary>Short</summary><content type="html">&lt;p&gt;Long.&lt;/p&gt;</content></entry>
      <entry><title>X</title><content type="xhtml">${xhtml}</content></entry><entry><title>Y</title><content src="a.mp3"/><summary>Only this</summary></entry>
      <entry><title>Film</title><media:group><media:title>Film</media:title><media:description>Line one\nline two</media:description></media:group></entry></feed>`;
    expect(await textOf(atom, "application/atom+xml")).toBe(
      "# News\n\n## A & B\n\n2026-11-03 09:30, Bo\n\nLong.\n\n## X\n\nOne\ntwo & three.\n\n## Y\n\nOnly this\n\n## Film\n\nLine one\nline two",
    );
  });

  it("RSS 1.0, in the charset that its declaration names", async () => {
    const rdf = `<?xml version="1.0" encoding="koi8-r"?><rdf:RDF xmlns:rdf="r"><channel><title>Old</title></channel><item><title>\xf0\xf2</title><dc:date>2026-11-03</dc:date></item></rdf:RDF>`;
    expect(await textOf(Buffer.from(rdf, "latin1"), "application/rdf+xml")).toBe("# Old\n\n## ПР\n\n2026-11-03");
  });

  it("the wares of a shop, with prices and what is in stock", async () => {
    const ware = `<item><g:id>7</g:id><g:title>Kettle</g:title><g:description>Boils fast.</g:description><g:link>https://example.com/7</g:link><g:price>41 EUR</g:price><g:image_link>https://example.com/7.jpg</g:image_link><g:shipping><g:country>DE</g:country><g:price>5 EUR</g:price></g:shipping></item>`;
    expect(await textOf(`<rss version="2.0" xmlns:g="g"><channel><title>Shop</title>${ware}</channel></rss>`, "text/xml")).toBe(
      "# Shop\n\n## Kettle\n\nBoils fast.\n\nprice: 41 EUR; shipping: DE, 5 EUR",
    );
  });

  it("JSON Feed", async () => {
    const items = [{ title: "Rye", date_published: "2026-10-30T08:00:00Z", content_html: "<p>It costs 4 &euro;.</p>" }];
    const feed = { version: "https://jsonfeed.org/version/1.1", title: "Bakery", items };
    expect(await textOf(JSON.stringify(feed), "application/feed+json")).toBe(
      "# Bakery\n\n## Rye\n\n2026-10-30 08:00\n\nIt costs 4 €.",
    );
  });

  it("what is left of a damaged one", async () => {
    const damaged = `<rss version="2.0"><channel><title>Salt & pepper</title><item><title>One</title><description>Two & th<b>ree</description></item><item><title>Last`;
    expect(await textOf(damaged, "text/xml")).toMatch(/^# Salt & pepper\n\n## One\n\n[\s\S]*## Last$/);
    await expect(textOf(`<rss version="2.0"><channel/></rss>`, "text/xml")).rejects.toThrow("There is no text in it");
  });
});

describe("XML that is no feed", () => {
  it("is read with its values under their names, each of its records in a line, without addresses", async () => {
    const xml = `${declaration}<wares xmlns="w" xsi:schemaLocation="x"><ware id="7"><name>Kettle</name><unitPrice currency="EUR">41</unitPrice><stock><berlin>3</berlin></stock><about>It boils fast.</about><page>https://example.com/7</page></ware><ware id="8"><name>Mug &amp; lid</name></ware></wares>`;
    for (const type of ["application/xml", "text/xml", "application/octet-stream"])
      expect(await textOf(xml, type)).toBe(
        "id: 7; name: Kettle; unit price currency: EUR; unit price: 41; stock berlin: 3\nabout: It boils fast.\n\nid: 8; name: Mug & lid",
      );
    const long = "The kettle boils two litres of water in three minutes, and pours without a drop beside the cup, says its maker.";
    expect(await textOf(`<a><p>${long.replace("two", "<b>two</b>")}</p></a>`, "text/xml")).toBe(long);
  });

  it("is told to the owner when it is a sitemap, nested without end, or empty", async () => {
    await expect(textOf("<urlset><url><loc>https://example.com</loc></url></urlset>", "text/xml")).rejects.toThrow(
      "This is a sitemap",
    );
    await expect(textOf("<a>".repeat(5_000), "text/xml")).rejects.toThrow("nested too deeply");
    await expect(textOf(declaration, "text/xml")).rejects.toThrow("There is no text in it");
  });

  it("takes in nothing that it names outside", async () => {
    const xml = `<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname"><!ENTITY c "lol">]><a><d>&b;&c; boats</d></a>`;
    expect(await textOf(xml, "application/xml")).toBe("d: &b;&c; boats");
  });
});

describe("JSON", () => {
  it("is read with its values under their keys, each of its records in a line", async () => {
    const records = [
      { name: "Kettle", price: 41, tags: ["steel", "new"] },
      { name: "Mug", stock: { berlin: 3 }, about: "Two in one." },
    ];
    const text = "name: Kettle; price: 41; tags: steel, new\n\nname: Mug; stock berlin: 3\nabout: Two in one.";
    for (const type of ["application/json", "application/ld+json; charset=utf-8", "text/json"])
      expect(await textOf(JSON.stringify(records), type)).toBe(text);
    expect(await textOf(records.map((record) => JSON.stringify(record)).join("\r\n"), "application/x-ndjson")).toBe(text);
  });

  it("that is none is the text that it is", async () => {
    expect(await textOf(`{"name": Kettle,}`, "application/json")).toBe(`{"name": Kettle,}`);
    await expect(textOf("{}", "application/json")).rejects.toThrow("There is no text in it");
  });
});
