/**
 * What two spellings of a page's address have in common: scheme and host in lower case, no default port, no fragment, no slash of an empty
 * path; the query stays. undefined when it is no http or https address.
 */
export function urlIdentity(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const parsed = new URL(url);
  if (parsed.protocol !== "http:" && parsed.protocol !== "https:") return undefined;
  parsed.hash = "";
  const path = parsed.pathname === "/" ? "" : parsed.pathname;
  const credentials = parsed.username === "" ? "" : `${parsed.username}:${parsed.password}@`;
  return `${parsed.protocol}//${credentials}${parsed.host}${path}${parsed.search}`;
}
