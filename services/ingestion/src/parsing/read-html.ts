import { Readability } from "@mozilla/readability";
import { parseHTML } from "linkedom";
import { decodeText } from "./decode-text.ts";
import { htmlToText } from "./html-to-text.ts";
import { UnreadableError, type Parsed, type ParseRequest, type ReadingOptions } from "./parse-request.ts";

/** Text of a page: what the selectors leave of it, and of that the main part. @throws UnreadableError */
export function readHtml({ bytes, contentType, options }: ParseRequest): Parsed {
  const html = decodeText(bytes, { contentType, html: true });
  const document = documentOf(html);
  refuseDepth(document.body);
  const title = titleOf(document);
  const text = htmlToText(selected(document, options));
  if (text === "") throw new UnreadableError("No text was found on the page");
  return { title, text: withTitle(title, text) };
}

function selected(document: PageDocument, options: ReadingOptions): string {
  const { body } = document;
  if (options.includeOnlyTags.trim() !== "") {
    const found = [...body.querySelectorAll(options.includeOnlyTags)];
    // What stands in another match comes with it.
    const outermost = found.filter((element) => element.parentElement?.closest(options.includeOnlyTags) == null);
    body.innerHTML = outermost.map((element) => element.outerHTML).join("\n");
  }
  if (options.excludeTags.trim() !== "") for (const element of body.querySelectorAll(options.excludeTags)) element.remove();
  for (const element of body.querySelectorAll("[hidden], [aria-hidden='true'], dialog")) element.remove();
  if (!options.extractMainContent || options.includeOnlyTags.trim() !== "") return body.innerHTML;
  return mainContent(document);
}

type PageDocument = ReturnType<typeof parseHTML>["document"];
type PageElement = PageDocument["body"];

/** No page that is written for people nests so deeply, and the time that readers take grows with its square. */
const deepest = 1_000;

function refuseDepth(body: PageElement): void {
  let level: PageElement[] = [body];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > deepest) throw new UnreadableError("The page is nested too deeply to be read");
    level = level.flatMap((element) => [...element.children]);
  }
}

/** Shorter than this share of what surrounds it, the main part was not found. */
const leastShare = 0.15;
const surroundings = "header, footer, nav, aside, [role=navigation], [role=banner], [role=contentinfo], [role=complementary]";

/** The main part by Readability; a page that has none, such as a list of prices, without what is plainly around it. */
function mainContent(document: PageDocument): string {
  const article = new Readability(documentOf(document.toString()), { charThreshold: 200 }).parse();
  for (const element of document.body.querySelectorAll(surroundings)) {
    if (element.closest("article, main") === null) element.remove();
  }
  const rest = document.body.innerHTML;
  const found = article?.textContent?.trim().length ?? 0;
  const all = (document.body.textContent ?? "").trim().length;
  return article?.content == null || found < all * leastShare ? rest : article.content;
}

function documentOf(html: string): PageDocument {
  // Without these two elements linkedom makes no body.
  const whole = /<body[\s>]/i.test(html) ? html : `<!doctype html><html><head></head><body>${html}</body></html>`;
  return parseHTML(whole).document;
}

function titleOf(document: PageDocument): string {
  const title = document.querySelector("head title, title")?.textContent ?? document.querySelector("h1")?.textContent ?? "";
  return title.replaceAll(/\s+/g, " ").trim().slice(0, 300);
}

/** The title heads all that follows, unless the page says it again. */
function withTitle(title: string, text: string): string {
  if (title === "") return text;
  const first = /^# (.+)/.exec(text)?.[1]?.trim().toLowerCase();
  return first !== undefined && title.toLowerCase().includes(first) ? text : `# ${title}\n\n${text}`;
}
