import { expect, it } from "vitest";
import { readDocument } from "../src/parsing/read-document.ts";

const accept = "<button>Accept all</button><button>Reject all</button>";
const tcf = `<h1>We value your privacy</h1>
  <p>We and our 842 partners store and/or access information on a device, such as cookies, and process personal data, such as unique identifiers.</p>
  <p>With your permission we may use precise geolocation data. You may click to consent to our processing as described above.</p>
  <p>You can change your mind at any time by returning to this site.</p>`;
const walls: Record<string, [title: string, body: string]> = {
  "in English": ["Daily News", `<div>${tcf}</div>${accept}`],
  "of a search engine": [
    "Before you continue",
    `<main><h1>Before you continue</h1><p>We use cookies and data to</p><ul><li>Deliver and maintain services, and measure consent</li></ul>
     <p>If you choose to accept all, we will also use cookies and data to personalize content.</p><a href="/p">Privacy</a> <a href="/t">Terms</a></main>
     <form><input type="submit" value="Reject all"><input type="submit" value="Accept all"></form>`,
  ],
  "in German, with what it costs to say no": [
    "Zeitung",
    `<main><h1>Mit Werbung weiterlesen</h1><p>Besuchen Sie unsere Website wie gewohnt mit Werbung und Tracking.</p>
     <p>Die Zustimmung ist jederzeit widerrufbar. Details in den Datenschutz-Hinweisen.</p>
     <p>Nutzen Sie uns ohne Werbung für 4,99 Euro im Monat.</p><p>Bereits Abonnent? Hier anmelden.</p><button>Zustimmen und weiter</button></main>`,
  ],
  "in French": [
    "Le Journal",
    `<div><h2>Votre vie privée</h2><p>Avec nos partenaires, nous utilisons des cookies ou traceurs pour stocker des données.</p>
     <p>Vous pouvez retirer votre consentement à tout moment.</p></div><button>Tout accepter</button><button>Continuer sans accepter</button>`,
  ],
  "in Japanese": [
    "店",
    `<p>当サイトではクッキーを使用しています。</p><p>詳しくはプライバシーポリシーをご覧ください。</p><button>同意する</button>`,
  ],
  "with the site's header and footer around it": [
    "Daily News",
    `<header><a href=/>Daily News</a><p>The paper of the whole valley since 1902</p></header><div class="cookie-wall">${tcf}${accept}</div>
     <footer><p>© 2026 Daily News Ltd, 3 Mill Lane. All rights reserved.</p></footer>`,
  ],
  "with its purposes in a table": [
    "Shop - cookie settings",
    `<div><p>This website uses cookies to personalise content and ads.</p><table><tr><th>Necessary</th><td>Necessary cookies help make a website usable.</td></tr>
     <tr><th>Marketing</th><td>Marketing cookies are used to track visitors.</td></tr></table></div><a role=button href=#>Allow all</a>`,
  ],
};

const kept: Record<string, [title: string, body: string, text: string]> = {
  "a page with a banner that nothing marks": [
    "Shop",
    `<div><p>The canoe costs eight euros an hour.</p></div><div><p>We use cookies to improve your experience on our website.</p>${accept}</div>`,
    "eight euros",
  ],
  "opening hours with a longer question": ["Shop", `<div>${tcf}${accept}</div><p>Mon-Fri 9-17</p>`, "Mon-Fri 9-17"],
  "a few bare words with a question": [
    "Menu",
    `<ul><li>Pizza</li><li>Pasta</li><li>Salad</li><li>Soup</li></ul><p>We use cookies on this website.</p>${accept}`,
    "Salad",
  ],
  "a policy of cookies": [
    "Cookie policy - Shop",
    `<h1>Cookie policy</h1><p>This website uses cookies for the basket.</p><p>You can withdraw your consent at any time.</p>${accept}`,
    "for the basket",
  ],
  "a statement on data in German": [
    "Datenschutzerklärung",
    `<h1>Datenschutz</h1><p>Wir verarbeiten personenbezogene Daten nur mit Ihrer Einwilligung.</p><button>Alle akzeptieren</button>`,
    "nur mit Ihrer Einwilligung",
  ],
  "a page on consent without anything to press": [
    "For parents",
    "<p>Consent is needed for photographs.</p><p>Your consent can be withdrawn at any time.</p>",
    "photographs",
  ],
  "a bakery": [
    "Bakery",
    `<p>Our cookies are baked with butter.</p><p>We use cookies on this website.</p>${accept}`,
    "baked with butter",
  ],
  "one that speaks of partners and advertising": [
    "Agency",
    `<p>Our partners deliver to the islands.</p><p>Wir machen Werbung für kleine Läden.</p><p>We use cookies on this website.</p>${accept}`,
    "to the islands",
  ],
  "a sign-in": [
    "Club",
    "<p>By going on you accept our terms and our privacy policy.</p><button>Accept</button>",
    "accept our terms",
  ],
};

async function read([title, body]: readonly [string, string, ...string[]], extractMainContent: boolean): Promise<string> {
  const page = `<!doctype html><html><head><meta charset=utf-8><title>${title}</title></head><body>${body}</body></html>`;
  const options = { extractMainContent, includeOnlyTags: "", excludeTags: "" };
  return (await readDocument({ bytes: Buffer.from(page), contentType: "text/html", url: "", options })).text;
}

it.each(Object.entries(walls))("a page that only asks for consent is refused with what to do: %s", async (_, page) => {
  for (const extract of [true, false])
    await expect(read(page, extract)).rejects.toThrow(/asks for consent before it shows the page/);
});

it.each(Object.entries(kept))("a page with something of its own is kept: %s", async (_, page) => {
  for (const extract of [true, false]) expect(await read(page, extract)).toContain(page[2]);
});
