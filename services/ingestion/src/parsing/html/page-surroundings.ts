import type { parseHTML } from "linkedom";

export type PageDocument = ReturnType<typeof parseHTML>["document"];
export type PageElement = PageDocument["body"];

/** What stands around the text of a page, by the names of its elements. */
export const surroundings =
  "header, footer, nav, aside, [role=navigation], [role=banner], [role=contentinfo], [role=complementary]";
/** What MediaWiki puts behind each heading, to change the section. */
const ofWikis = ".mw-editsection";
/** Words that sites name these parts by, in their ids and classes. A bakery's cookies and a school's form of consent are not meant. */
const consent =
  /\b(?:gdpr|onetrust|cookiebot|usercentrics|didomi|(?:cookies?|consent) (?:law |consent )?(?:banner|bar|box|dialog|container|manager|message|modal|notice|notification|overlay|popup|prompt|wall|consent))\b/;
const sidebar = /\b(?:sidebar|adverts?|advertisements?|adsense|comments|disqus)\b/;
const mostlyLinks =
  /\b(?:nav|navbar|navigation|menu|breadcrumbs?|pagination|pager|social|share|sharing|related|promo|newsletter|toc|table ?of ?contents)\b/;

/** Removes what plainly is no text of the page's own: headers, footers, navigation, sidebars, advertisements, questions about cookies. */
export function removeSurroundings(body: PageElement): void {
  const sizes = textSizes(body);
  const whole = sizes.get(body)?.text ?? 0;
  const doomed = new Set<PageElement>();
  for (const element of body.querySelectorAll(surroundings)) {
    const isWithin = element.closest("article, main, [role=main]") !== null;
    const { text, links } = sizes.get(element) ?? { text: 0, links: 0 };
    const leadsOn = links > text / 2 && text < whole / 2 && element.matches("nav, [role=navigation]");
    if (!isWithin || leadsOn) doomed.add(element);
  }
  for (const element of body.querySelectorAll("[id], [class]")) {
    const { text, links } = sizes.get(element) ?? { text: 0, links: 0 };
    const words = wordsOf(element);
    const isAround =
      consent.test(words) || (text < whole / 2 && sidebar.test(words)) || (links > text / 2 && mostlyLinks.test(words));
    if (isAround && element.querySelector("main, h1") === null) doomed.add(element);
  }
  for (const element of body.querySelectorAll(ofWikis)) doomed.add(element);
  const removed = [...doomed].filter((element) => !hasAncestorIn(element, doomed));
  // What is all around holds the text itself.
  if (removed.reduce((sum, element) => sum + (sizes.get(element)?.text ?? 0), 0) >= whole) return;
  for (const element of removed) element.remove();
}

/** Makes asides within the text plain parts of it, for Readability leaves all of them out: they hold notes, warnings and footnotes. */
export function keepAsides(body: PageElement): void {
  for (const aside of body.querySelectorAll("aside")) {
    const part = body.ownerDocument?.createElement("div");
    if (part === undefined) continue;
    part.append(...aside.childNodes);
    aside.replaceWith(part);
  }
}

/** Letters of an element that do not stand in links. */
export function proseSize(element: PageElement): number {
  const { text, links } = textSizes(element).get(element) ?? { text: 0, links: 0 };
  return text - links;
}

interface TextSize {
  text: number;
  /** Of that, in links. */
  links: number;
}

/** Letters in every element, told in one walk, for asking each would take quadratic time. Pages are never too deep to recurse. */
function textSizes(root: PageElement): Map<PageElement, TextSize> {
  const sizes = new Map<PageElement, TextSize>();
  const walk = (element: PageElement): TextSize => {
    const size = { text: 0, links: 0 };
    for (const child of element.childNodes) {
      if (child.nodeType === 3) size.text += (child.textContent ?? "").replaceAll(/\s+/g, "").length;
      if (child.nodeType !== 1 || unread.has(child.nodeName)) continue;
      const inner = walk(child);
      size.text += inner.text;
      size.links += inner.links;
    }
    if (element.nodeName === "A") size.links = size.text;
    sizes.set(element, size);
    return size;
  };
  walk(root);
  return sizes;
}

const unread = new Set(["SCRIPT", "STYLE", "NOSCRIPT", "TEMPLATE"]);

/** `cookieBanner` and `cookie-banner` are the same two words. */
function wordsOf(element: PageElement): string {
  const names = `${element.getAttribute("id") ?? ""} ${element.getAttribute("class") ?? ""}`.slice(0, 500);
  return names
    .replaceAll(/([a-z])([A-Z])/g, "$1 $2")
    .replaceAll(/[-_\d]+/g, " ")
    .toLowerCase();
}

function hasAncestorIn(element: PageElement, others: ReadonlySet<PageElement>): boolean {
  for (let parent = element.parentElement; parent !== null; parent = parent.parentElement) {
    if (others.has(parent)) return true;
  }
  return false;
}
