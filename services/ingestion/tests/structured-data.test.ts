import { describe, expect, it } from "vitest";
import { readDocument } from "../src/parsing/read-document.ts";

async function read(data: unknown, body: string, includeOnlyTags = "") {
  const json = typeof data === "string" ? data : JSON.stringify(data);
  const page = `<!doctype html><html><head><title>T</title><script type="application/ld+json">${json}</script></head><body>${body}</body></html>`;
  const options = { extractMainContent: true, includeOnlyTags, excludeTags: "" };
  return (await readDocument({ bytes: Buffer.from(page), contentType: "text/html", url: "", options })).text.replace(
    /^# T\n\n/,
    "",
  );
}
const offer = { "@type": "Offer", price: "14.90", priceCurrency: "EUR", availability: "https://schema.org/InStock" };
const mug = {
  "@context": "https://schema.org",
  "@type": "Product",
  name: "Blue mug",
  sku: "M-77",
  brand: { "@type": "Brand", name: "Kiln" },
  offers: offer,
};

describe("what a page states for machines", () => {
  it("is found wherever it stands on the page", async () => {
    const script = `<script type="application/ld+json">${JSON.stringify(mug)}</script>`;
    const fact = "Blue mug: price 14.90 EUR; in stock; sku M-77; brand Kiln.";
    for (const body of [`<main><p>Fired by hand.</p></main>${script}`, `<div>${script}<p>Fired by hand.</p></div>`])
      expect(await read([], body)).toBe(`Fired by hand.\n\n${fact}`);
  });

  it.each([
    ["breaks and tabs in its texts", JSON.stringify(mug).replace("Blue mug", "Blue\n\tmug")],
    ["marks of XML around it", `\n//<![CDATA[\n${JSON.stringify(mug)}\n//]]>\n`],
    ["the marks of a comment around it", `<!-- ${JSON.stringify(mug)} -->`],
    ["the end of a statement", `${JSON.stringify(mug)};\n`],
  ])("is understood with %s", async (_, statement) => {
    expect(await read(statement, "<p>Fired by hand.</p>")).toMatch(/\nBlue +mug: price 14\.90 EUR/);
  });

  it("is added where the text lacks it", async () => {
    expect(await read(mug, "<p>Fired by hand.</p>")).toBe(
      "Fired by hand.\n\nBlue mug: price 14.90 EUR; in stock; sku M-77; brand Kiln.",
    );
    expect(await read({ "@graph": [{ "@type": "WebSite", name: "Shop" }, mug] }, "<p>By Kiln.</p>")).not.toMatch(/brand|Shop/);
  });

  it.each(["14,90 €", "€14.90", "EUR 14.90"])("is not added where the text says it already: %s", async (price) => {
    expect(await read(mug, `<p>Only ${price}. In stock. Number M-77, from Kiln.</p>`)).not.toContain("Blue mug");
  });

  it("names a price again that is only a part of another number", async () => {
    expect(await read(mug, "<p>214.90 EUR or 14.90 cm</p>")).toContain("price 14.90 EUR");
    const dear = { ...mug, offers: { lowPrice: 1299, highPrice: "1499.00", priceCurrency: "USD" } };
    expect(await read(dear, "<p>From $1,299.</p>")).toContain("price 1299–1499.00 USD");
    expect(await read(dear, "<p>From $1,299 to $1,499.00, M-77, Kiln</p>")).not.toContain("price");
  });

  it("may be opening hours, events, recipes and questions", async () => {
    const days = ["https://schema.org/Monday", "Tuesday"];
    const shop = {
      "@type": "Bakery",
      name: "Rye",
      telephone: "555-17",
      address: { streetAddress: "Mill Lane 4", addressLocality: "Town" },
      openingHoursSpecification: [
        { dayOfWeek: days, opens: "07:00:00", closes: "13:00" },
        { dayOfWeek: "Sunday", opens: "00:00", closes: "00:00" },
      ],
    };
    expect(await read([shop], "<p>Bread.</p>")).toContain(
      "Rye: open Monday, Tuesday 07:00–13:00; Sunday closed; telephone 555-17; address Mill Lane 4, Town.",
    );
    const concert = {
      "@type": "MusicEvent",
      name: "Choir",
      startDate: "2027-05-01T19:30:00+02:00",
      location: { "@type": "Place", name: "Old hall", address: { addressLocality: "Town" } },
    };
    expect(await read(concert, "<p>Songs.</p>")).toContain("Choir: start date 2027-05-01 19:30; location Old hall, Town.");
    const soup = {
      "@type": ["Recipe"],
      name: "Soup",
      totalTime: "PT1H30M",
      recipeIngredient: ["2 leeks", "salt"],
      recipeInstructions: [{ "@type": "HowToStep", text: "Boil." }],
    };
    expect(await read(soup, "<p>Take 2 leeks.</p>")).toContain("Soup: total time 1 h 30 min; ingredient salt; instructions Boil.");
    const questions = {
      "@type": "FAQPage",
      mainEntity: [{ "@type": "Question", name: "Any nuts?", acceptedAnswer: { text: "<p>None <b>at all</b>.</p>" } }],
    };
    expect(await read(questions, "<p>Cakes.</p>")).toBe("Cakes.\n\nAny nuts?\nNone at all.");
    expect(await read(questions, "<p>Any nuts? None at all.</p>")).toBe("Any nuts? None at all.");
  });

  it("is passed over when it is damaged, of no shape, endless, or not asked for", async () => {
    let deep: object = mug;
    for (let i = 0; i < 50; i++) deep = { "@graph": [deep] };
    const odd = { "@type": "Product", name: { a: [1] }, offers: [null, "x", 7, { price: {}, priceCurrency: "(((" }] };
    for (const data of ["{", "null", "7", [[[]]], deep, odd]) expect(await read(data, "<p>Text.</p>")).toBe("Text.");
    const many = Array.from({ length: 5_000 }, (_, i) => ({ ...mug, name: `${"Long name ".repeat(20)}${i}` }));
    expect((await read(many.slice(0, 500), "<p>Text.</p>")).length).toBeLessThan(6_100);
    expect(await read(mug, "<p>Text.</p>", "p")).toBe("Text.");
  });

  it("is added to a large page, too", async () => {
    const text = await read(mug, "<p>Text.</p>".repeat(60_000));
    expect(text.slice(-100)).toContain("price 14.90 EUR");
  });
});
