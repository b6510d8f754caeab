import { chardet } from "jschardet";

/** A label of the charset that bytes without a name of one look to be in by their statistics, as pages and files of today may be. */
export function detectCharset(bytes: Uint8Array): string {
  const sample = sampleOf(bytes);
  const detected = detect(sample);
  if (multibyte.has(detected)) return detected;
  // A single damaged letter makes a text none of a charset in which letters take several bytes; without it, it is.
  for (const label of multibyte) {
    const whole = wordsIn(sample, label);
    if (whole.length > sample.length * leastWhole && whole.length < sample.length && detect(whole) === label) return label;
  }
  return detected;
}

function detect(sample: Uint8Array): string {
  const name = chardet.detect(sample, { includeEncodings: known }).encoding?.toLowerCase() ?? "windows-1252";
  return labels[name] ?? name;
}

/** Those that browsers know, but for what hardly any text is in that is not named. */
const known =
  "big5hkscs cp866 cp874 cp932 cp949 cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 euc_jis_2004 gb18030 iso8859-2 iso8859-5 iso8859-6 iso8859-7 koi8-r koi8-u".split(
    " ",
  );

/** Of the detector's names, those by which browsers do not know a charset. */
const labels: Readonly<Record<string, string>> = { cp874: "windows-874", cp932: "shift_jis", cp949: "euc-kr" };
const multibyte = new Set(["shift_jis", "euc-jp", "euc-kr", "gb18030", "big5"]);

/** Share of the sample that is left when words with damage are taken out of it. */
const leastWhole = 0.5;

/** What stands between blanks and is valid in a charset. */
function wordsIn(sample: Uint8Array, label: string): Uint8Array {
  const decoder = new TextDecoder(label, { fatal: true });
  const isWhole = (word: string) => {
    try {
      return decoder.decode(Buffer.from(word, "latin1")) !== "";
    } catch {
      return false;
    }
  };
  const words = Buffer.from(sample)
    .toString("latin1")
    .split(/[\0- ]+/);
  return Buffer.from(words.filter(isWhole).join(" "), "latin1");
}

const sampleBytes = 64 * 1024;

/** Marks of HTML are left out, for they are the same in all charsets. */
function sampleOf(bytes: Uint8Array): Uint8Array {
  const beginning = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, sampleBytes)).toString("latin1");
  const text = beginning.replaceAll(/<(?:script|style)\b[^<]*<\/|<[^<>]*>/gi, " ");
  return Buffer.from(/[\u0080-\u00ff]/.test(text) ? text : beginning, "latin1");
}
