/** How a page is read; for HTML only. */
export interface ReadingOptions {
  /** Drop headers, footers, navigation, sidebars and advertisements. */
  extractMainContent: boolean;
  /** CSS selectors, separated by commas; empty for all. */
  includeOnlyTags: string;
  /** CSS selectors of what is left out, after `includeOnlyTags`. */
  excludeTags: string;
}

export interface ParseRequest {
  bytes: Uint8Array;
  /** As the server named it; may lie, or be empty. */
  contentType: string;
  url: string;
  options: ReadingOptions;
}

/** A document's text, with headings marked as in Markdown. */
export interface Parsed {
  title: string;
  text: string;
  /** Of a PDF: pages that could not be read and are left out. */
  damagedPages?: number;
}

/** Why a document cannot be read, in words an owner understands. */
export class UnreadableError extends Error {
  override readonly name = "UnreadableError";
}
