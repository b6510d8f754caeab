import { fold } from "./fold.ts";
import { phrases, type SmallTalkKind } from "./small-talk-phrases.ts";

/** A message that asks nothing of any knowledge. */
export interface SmallTalk {
  kind: SmallTalkKind;
  /** ISO 639-1 of the languages in which it can be read so, the likeliest first. */
  languages: readonly string[];
}

/** A longer message says more than a greeting. In characters, without punctuation. */
const longest = 80;
/** Of a message that greets and thanks, what it says last is answered; of one that asks who answers, that. */
const precedence: readonly SmallTalkKind[] = ["identity", "farewell", "thanks", "greeting"];
const written = /[\p{L}\p{M}\p{N}]+(?:['’ʼ`´][\p{L}\p{M}]+)*/gu;
const droppedMarks = /['’ʼ`´\u0640]|\p{Script=Inherited}/gu;
const unspaced = new Set(["zh", "ja", "th"]);

/**
 * Recognises a message that holds nothing but greetings, thanks, a farewell, or a question about the chatbot itself; undefined for every
 * other. Punctuation, emoji, capitals, accents and letters held down ("heyyy") make no difference.
 */
export function smallTalk(text: string): SmallTalk | undefined {
  if (text.length > 4 * longest) return undefined;
  const said = normalized(text);
  if (said === "" || said.length > longest) return undefined;
  let found: { kind: SmallTalkKind; languages: string[] } | undefined;
  for (const [language, lexicon] of lexicons()) {
    const kind = read(unspaced.has(language) ? said.replaceAll(" ", "") : said, lexicon, unspaced.has(language));
    if (kind === undefined) continue;
    found ??= { kind, languages: [] };
    if (found.kind === kind) found.languages.push(language);
  }
  return found;
}

/** Phrases by their first character. */
type Lexicon = ReadonlyMap<string, readonly (readonly [phrase: string, kind: SmallTalkKind | "filler"])[]>;

/** How phrases reach a place in a message, and what they say. */
interface Reading {
  phrases: number;
  kinds: ReadonlySet<SmallTalkKind>;
}

/**
 * What a message says when phrases cover it from end to end. Where some phrases are parts of others, as few as possible are read, so that the
 * longest count.
 */
function read(said: string, lexicon: Lexicon, joined: boolean): SmallTalkKind | undefined {
  const reached: (Reading | undefined)[] = [{ phrases: 0, kinds: new Set() }];
  for (let place = 0; place < said.length; place++) {
    const before = reached[place];
    if (before === undefined) continue;
    for (const [phrase, kind] of lexicon.get(said.charAt(place)) ?? []) {
      if (!said.startsWith(phrase, place)) continue;
      const end = place + phrase.length;
      if (!joined && end < said.length && said[end] !== " ") continue;
      const next = joined ? end : Math.min(said.length, end + 1);
      const known = reached[next];
      const count = before.phrases + 1;
      if (known !== undefined && known.phrases <= count) continue;
      reached[next] = { phrases: count, kinds: kind === "filler" ? before.kinds : new Set([...before.kinds, kind]) };
    }
  }
  const kinds = reached[said.length]?.kinds;
  return precedence.find((kind) => kinds?.has(kind));
}

/** Words in lower case with one space between them, without accents, apostrophes and the short vowels of Arabic. */
function normalized(text: string): string {
  const words = text.normalize("NFKC").toLowerCase().match(written) ?? [];
  return words
    .map((word) => fold(word.normalize("NFD").replaceAll(droppedMarks, "").normalize("NFC")).replaceAll(/(\p{L})\1{2,}/gu, "$1"))
    .join(" ");
}

let made: readonly (readonly [language: string, Lexicon])[] | undefined;

function lexicons(): readonly (readonly [language: string, Lexicon])[] {
  made ??= Object.entries(phrases).map(([language, lists]) => {
    const kinds = new Map<string, SmallTalkKind | "filler">();
    for (const [kind, list] of Object.entries(lists)) {
      for (const written of list.split(",")) {
        const phrase = normalized(written);
        kinds.set(unspaced.has(language) ? phrase.replaceAll(" ", "") : phrase, kind as SmallTalkKind | "filler");
      }
    }
    kinds.delete("");
    return [language, Map.groupBy(kinds, ([phrase]) => phrase.charAt(0))] as const;
  });
  return made;
}
