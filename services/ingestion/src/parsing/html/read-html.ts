import { Readability } from "@mozilla/readability";
import { parseHTML } from "linkedom";
import { writeCode } from "./code-blocks.ts";
import { isConsentWall, questionOf } from "./consent-wall.ts";
import { decodeText } from "../decode-text.ts";
import { unfold } from "./disclosures.ts";
import { writeFormulas } from "./formulas.ts";
import { hollowness } from "./hollow-page.ts";
import { htmlToText } from "./html-to-text.ts";
import { deepest, joined, partsOf, tooDeep } from "./page-parts.ts";
import { keepAsides, proseSize, removeSurroundings, type PageDocument, type PageElement } from "./page-surroundings.ts";
import { writeSigns } from "./signs.ts";
import { statedBeside } from "./stated-beside.ts";
import { hiddenFacts, statementsOf } from "./structured-data.ts";
import { fillSpans } from "./table-spans.ts";
import { UnreadableError, type Parsed, type ParseRequest, type ReadingOptions } from "../parse-request.ts";

/** Text of a page: what the selectors leave of it, and of that the main part. @throws UnreadableError */
export function readHtml({ bytes, contentType, options }: ParseRequest): Parsed {
  const parts = partsOf(decodeText(bytes, { contentType, markup: true }));
  const page = parts.next().value ?? "";
  const first = documentOf(page);
  if (first.querySelector("frameset") !== null) throw new UnreadableError(onlyFrames);
  const title = titleOf(first);
  const question = questionOf(first);
  const statements = options.includeOnlyTags.trim() === "" ? statementsOf(first) : [];
  const hadPassword = first.querySelector("input[type=password]") !== null;
  const texts: string[] = [];
  let next = parts.next();
  const isWhole = next.done === true;
  texts.push(textOf(first, options, isWhole));
  for (; next.done !== true; next = parts.next()) texts.push(textOf(documentOf(next.value), options, isWhole));
  let text = joined(texts);
  if (text === "" && options.includeOnlyTags.trim() !== "")
    throw new UnreadableError("Nothing on the page is what includeOnlyTags asks for");
  const emptiness = text.length < leastText ? emptinessOf(first, text) : undefined;
  if (emptiness !== undefined) {
    text = statedBeside(documentOf(page), htmlPartToText);
    if (text.length < leastText) throw new UnreadableError(emptiness);
  }
  const has = (selector: string) => first.querySelector(selector) !== null;
  const hollow = hollowness({ title, text, isScripted: has("script"), asksPassword: hadPassword });
  if (hollow !== undefined) throw new UnreadableError(hollow);
  if (isConsentWall({ title, text, question })) {
    // A long question may have been taken for the main part of a page that says little.
    text = textOf(documentOf(page), { ...options, extractMainContent: false }, isWhole);
    if (isConsentWall({ title, text, question })) throw new UnreadableError(asksFirst);
  }
  const facts = hiddenFacts(statements, `${title}\n${text}`);
  return { title, text: withTitle(title, facts === "" ? text : `${text}\n\n${facts}`) };
}

/** Text of HTML that is a part of something else, all of it. @throws UnreadableError */
export function htmlPartToText(html: string): string {
  return textOf(documentOf(html), { extractMainContent: false, includeOnlyTags: "", excludeTags: "" }, true);
}

function textOf(document: PageDocument, options: ReadingOptions, isWhole: boolean): string {
  refuseDepth(document.body);
  return htmlToText(selected(document, options, isWhole));
}

const asksFirst =
  "The site asks for consent before it shows the page; give it the cookies of somebody who has consented, with the option Cookies";
const onlyFrames = "The page has no text of its own, only frames; name the pages that they show";
/** Less than this may be what a page shows until its real text comes. */
const leastText = 60;

/** Why a page says nothing: no text, one that leads on to another, the shell of one that a browser's scripts fill; undefined for others. */
function emptinessOf(document: PageDocument, text: string): string | undefined {
  const refresh = document.querySelector("meta[http-equiv='refresh' i]")?.getAttribute("content") ?? "";
  const target = /^\s*\d*\s*[;,]\s*url\s*=\s*["']?([^"'\s]{1,500})/i.exec(refresh)?.[1];
  if (target !== undefined) return `The page has no text of its own and leads on to ${target}; name that page`;
  const scripted = document.querySelector("script") !== null;
  if (text === "" && !scripted && document.querySelector("iframe[src]") !== null) return onlyFrames;
  const filled = scripted && document.querySelector("#root, #app, #__next, #__nuxt, app-root, [ng-app]") !== null;
  if (text !== "" && !filled) return undefined;
  return `No text was found on the page${scripted ? "; text that scripts add in the browser cannot be read" : ""}`;
}

function selected(document: PageDocument, options: ReadingOptions, isWhole: boolean): string {
  const { body } = document;
  if (options.includeOnlyTags.trim() !== "") {
    const found = [...body.querySelectorAll(options.includeOnlyTags)];
    // What stands in another match comes with it.
    const outermost = found.filter((element) => element.parentElement?.closest(options.includeOnlyTags) == null);
    body.innerHTML = outermost.map((element) => element.outerHTML).join("\n");
  }
  if (options.excludeTags.trim() !== "") for (const element of body.querySelectorAll(options.excludeTags)) element.remove();
  openTemplates(document);
  openFrames(document);
  nameHeadings(document);
  writeFormulas(body);
  writeCode(body);
  writeSigns(body);
  unfold(body);
  if (!options.extractMainContent || options.includeOnlyTags.trim() !== "") return body.innerHTML;
  return mainContent(document, isWhole);
}

function refuseDepth(body: PageElement): void {
  let level: PageElement[] = [body];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > deepest) throw new UnreadableError(tooDeep);
    level = level.flatMap((element) => [...element.children]);
  }
}

/** Shows what is a part of the page from the start; what scripts may make of other templates is no text of it. */
function openTemplates(document: PageDocument): void {
  for (const template of document.body.querySelectorAll("template")) {
    const shown = document.createElement("div");
    if (template.hasAttribute("shadowrootmode")) shown.innerHTML = template.innerHTML;
    template.replaceWith(shown);
  }
}

/** Shows frames whose text stands in the page itself. */
function openFrames(document: PageDocument): void {
  for (const frame of document.body.querySelectorAll("iframe[srcdoc]")) {
    const { body } = documentOf(frame.getAttribute("srcdoc") ?? "");
    refuseDepth(body);
    const shown = document.createElement("div");
    shown.append(...body.childNodes);
    frame.replaceWith(shown);
  }
}

/** Readers know headings by their names alone. */
function nameHeadings(document: PageDocument): void {
  for (const element of document.body.querySelectorAll("[role=heading]")) {
    if (/^H[1-6]$/.test(element.nodeName) || element.querySelector("h1, h2, h3, h4, h5, h6") !== null) continue;
    const level = Number(element.getAttribute("aria-level") ?? 2);
    const heading = document.createElement(`h${level >= 1 && level <= 6 ? Math.floor(level) : 2}`);
    heading.append(...element.childNodes);
    element.replaceWith(heading);
  }
}

/** Holding less than this share of the page's prose, it is not the main part that was found, or not all of it. */
const leastShare = 0.85;

/** The page without what is plainly around its text, and of that the main part by Readability, where it finds nearly all; that can be told of a whole page only. */
function mainContent(document: PageDocument, isWhole: boolean): string {
  removeSurroundings(document.body);
  const [main, second] = document.body.querySelectorAll("main, [role=main]");
  // What its author calls the main part is, unless it is a slot that was left nearly empty.
  if (main !== undefined && second === undefined && proseSize(main) * 2 > proseSize(document.body)) {
    document.body.replaceChildren(...main.childNodes);
  }
  if (!isWhole) {
    // Here already, for whoever turns it into text would have to build the page once more to do so.
    if (document.body.querySelector("[rowspan], [colspan]") !== null) fillSpans(document.body);
    return document.body.innerHTML;
  }
  keepAsides(document.body);
  const article = new Readability(documentOf(document.toString()), { charThreshold: 200 }).parse();
  const found = article?.textContent?.replaceAll(/\s+/g, "").length ?? 0;
  return article?.content == null || found < proseSize(document.body) * leastShare ? document.body.innerHTML : article.content;
}

function documentOf(html: string): PageDocument {
  const closed = html.trimStart().startsWith("<?xml") ? html.replaceAll(selfClosed, "<$1$2></$1>") : html;
  const { document } = parseHTML(closed);
  if (document.documentElement?.nodeName === "HTML" && document.body.childNodes.length > 0) {
    takeInRest(document);
    return document;
  }
  // HTML allows these to be left out, but without them linkedom makes no body.
  const inner = closed.replaceAll(/<!doctype[^<>]{0,2000}>|<\/?(?:html|head|body)\b[^<>]{0,2000}>/gi, "");
  return parseHTML(`<!doctype html><html><head></head><body>${inner}</body></html>`).document;
}

/** What stands behind the end of a page, be it another page, is shown as a part of it. */
function takeInRest({ documentElement, body, childNodes }: PageDocument): void {
  const behind = (nodes: readonly (typeof childNodes)[number][], last: unknown) =>
    nodes.slice(nodes.findIndex((node) => node === last) + 1);
  const rest = [...behind([...documentElement.childNodes], body), ...behind([...childNodes], documentElement)];
  const parts = rest.flatMap((node) => (node.nodeName === "HTML" ? [...node.childNodes] : [node]));
  body.append(...parts.filter(({ nodeType }) => nodeType === 1 || nodeType === 3));
}

/** In XML these may end where they begin; read as HTML they would swallow all that follows. */
const selfClosed = /<(script|style|title|iframe|textarea)\b([^<>]{0,2000})\/>/gi;

function titleOf(document: PageDocument): string {
  // Drawings have titles, too.
  const own = [...document.querySelectorAll("title")].find((element) => element.closest("svg") === null);
  const title = own?.textContent ?? document.querySelector("h1")?.textContent ?? "";
  return title.replaceAll(/\s+/g, " ").trim().slice(0, 300);
}

/** The title heads all that follows, unless the page says it again. */
function withTitle(title: string, text: string): string {
  if (title === "") return text;
  const first = /^# (.+)/.exec(text)?.[1]?.trim().toLowerCase();
  if (first !== undefined && title.toLowerCase().includes(first)) return text;
  // Readers of the main part take the first heading for one below the title.
  const again = /^## (.+)\n/.exec(text);
  const isSame = again?.[1]?.trim().toLowerCase() === title.toLowerCase();
  return `# ${title}\n\n${isSame ? text.slice(again?.[0].length).trimStart() : text}`;
}
