import { describe, expect, it } from "vitest";
import { readDocument } from "../src/parsing/read-document.ts";

const options = { extractMainContent: true, includeOnlyTags: "", excludeTags: "" };
async function read(title: string, body: string): Promise<string> {
  const page = `<!doctype html><html><head><title>${title}</title></head><body><nav><a href=/>Shop</a></nav>${body}<script src=a></script></body></html>`;
  return (await readDocument({ bytes: Buffer.from(page), contentType: "text/html", url: "", options })).text;
}

describe("a page that a server sends as if all were well", () => {
  const absent = "The site says that there is no such page, though it answers as if there were";
  const browser = "The site wants to see a browser before it shows the page, so that it cannot be read";
  const scripts = "The page shows its text by scripts in the browser, which cannot be read";
  it.each([
    [
      "Page not found - Shop",
      "<h1>404</h1><p>Sorry, the page you are looking for could not be found.</p><a href=/>Home</a>",
      absent,
    ],
    ["Shop", "<h1>Oops! Page not found.</h1><p>It may have been moved or deleted.</p><ul><li>Boats<li>Tents</ul>", absent],
    ["404 Not Found", "<p>nginx</p>", absent],
    ["Seite nicht gefunden | Laden", "<h1>Fehler 404</h1><p>Diese Seite wurde leider nicht gefunden.</p>", absent],
    ["Страница не найдена", "<p>Страница не найдена или не существует.</p>", absent],
    ["ページが見つかりません", "<p>お探しのページは見つかりませんでした。</p>", absent],
    ["Just a moment...", "<h1>shop.example</h1><p>Please enable JavaScript and cookies to continue</p>", browser],
    ["Shop", "<p>Please enable JavaScript to view this page.</p>", scripts],
    ["Laden", "<p>Bitte aktivieren Sie JavaScript, um diese Seite zu sehen.</p>", scripts],
  ])("says why it holds nothing: %s %s", async (title, body, failure) => {
    await expect(read(title, body)).rejects.toThrow(failure);
  });

  it.each([
    [
      "Error codes",
      "<h1>404 Not Found</h1><p>The server returns this code when an order has an unknown number. Check the number.</p>",
    ],
    ["Page not found: what to do", "<h1>What to do when a page is not found</h1><p>Clear the cache, then sign in again.</p>"],
    ["Lost and found", "<h1>Lost and found</h1><p>What was not found within a month is given away.</p>"],
    ["Route 404", "<h1>Bus 404</h1><p>The bus leaves at nine from the harbour.</p>"],
    ["404 Kitchen", "<p>We do not serve what cannot be found at the market.</p>"],
    ["Booking", "<p>Please enable JavaScript in your browser to book.</p><p>A canoe costs 8 euros an hour.</p><p>Phone 555.</p>"],
    [
      "JavaScript",
      "<h1>JavaScript course</h1><p>Learn how to enable JavaScript, in ten lessons of an hour each.</p><p>It costs 40 euros.</p>",
    ],
    ["Moment", "<h1>Just a moment of peace</h1><p>Our spa opens at ten.</p>"],
    ["Found", "<h1>Found</h1><p>A dog was found.</p>"],
  ])("is kept when it only speaks of such things: %s", async (title, body) => {
    expect(await read(title, body)).toContain(/<p>([^<]{8,30})/.exec(body)?.[1]);
  });
});

describe("a page that asks who is there", () => {
  const form = `<form><label>E-mail <input></label><label>Password <input type="password"></label><button>Go</button></form><p>Forgot your password?</p>`;
  it.each(["Sign in", "Log in - Shop", "Shop | Anmelden", "Connexion", "Вход", "ログイン"])("says so: %s", async (title) => {
    await expect(read(title, `<h1>Welcome</h1>${form}`)).rejects.toThrow("The site wants a sign-in before it shows the page");
  });

  it("is read when it says more, or is about something else", async () => {
    const more = `<p>${"Members sign in to book a canoe, which costs eight euros an hour. ".repeat(8)}</p>`;
    expect(await read("Sign in", `<h1>Sign in</h1>${form}${more}`)).toContain("eight euros");
    expect(await read("Canoes", `<h1>Canoes</h1><p>A canoe costs eight euros.</p>${form}`)).toContain("eight euros");
    expect(await read("Signing in", "<h1>Sign in</h1><p>You sign in at the pier.</p>")).toContain("at the pier");
  });
});

describe("a page's marks", () => {
  it("that stand for parts shown from the start are text, those that scripts fill are not, and hide nothing else", async () => {
    const card = `<my-card><template shadowrootmode="open"><p>The fee is twelve euros.</p></template></my-card>`;
    const row = `<template><p>${"Name of the product and what it costs. ".repeat(20)}</p></template>`;
    const text = await read("T", `<main><h1>Fees</h1>${card}${row}<my-tag>Paid at the door.</my-tag></main>`);
    expect(text).toMatch(/The fee is twelve euros\.\s+Paid at the door\./);
    expect(text).not.toContain("Name of the product");
  });

  it("that tell how to read characters aloud do not part them", async () => {
    expect(await read("T", "<p><ruby>東京<rp>(</rp><rt>とうきょう</rt><rp>)</rp></ruby>駅から五分です。</p>")).toContain(
      "東京駅から五分です。",
    );
  });

  it("that are headings by their role are headings", async () => {
    expect(await read("T", "<div role=heading aria-level=3>Green room</div><p>90 euros</p>")).toContain(
      "### Green room\n\n90 euros",
    );
  });
});
