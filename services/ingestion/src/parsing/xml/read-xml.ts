import { DomUtils, parseDocument } from "htmlparser2";
import { decodeText } from "../decode-text.ts";
import { factLines } from "../fact-lines.ts";
import { textOfFeed } from "../feed-text.ts";
import { deepest, tooDeep } from "../html/page-parts.ts";
import { UnreadableError, type Parsed, type ParseRequest } from "../parse-request.ts";
import { feedOf } from "./feed.ts";
import { childrenOf, factsOf, type XmlElement } from "./facts.ts";

/** A feed's entries, or of any other XML what it says. @throws UnreadableError */
export function readXml({ bytes, contentType }: ParseRequest): Parsed {
  const document = parseDocument(decodeText(bytes, { contentType, markup: true }), { xmlMode: true });
  const root = document.children.find((node) => DomUtils.isTag(node));
  if (root === undefined) throw new UnreadableError("There is no text in it");
  refuseDepth(root);
  if (/^(?:urlset|sitemapindex)$/.test(root.name)) throw new UnreadableError(isSitemap);
  const feed = feedOf(root);
  if (feed !== undefined) return textOfFeed(feed);
  const text = factLines(factsOf(root));
  if (text === "") throw new UnreadableError("There is no text in it");
  return { title: "", text };
}

const isSitemap = "This is a sitemap, which has no text of its own; name the pages that it lists";

function refuseDepth(root: XmlElement): void {
  let level = [root];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > deepest) throw new UnreadableError(tooDeep);
    level = level.flatMap(childrenOf);
  }
}
