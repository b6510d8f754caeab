import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { smallTalk } from "./index.ts";

describe("smallTalk", () => {
  it.each([
    ["hi", "greeting", "en"],
    ["Heyyy there!!", "greeting", "en"],
    ["Good morning 👋", "greeting", "en"],
    ["ok thank you so much", "thanks", "en"],
    ["That's helpful, thanks!", "thanks", "en"],
    ["Thanks, bye", "farewell", "en"],
    ["Hello, are you a real person?", "identity", "en"],
    ["Who's this?", "identity", "en"],
    ["Schönen guten Tag!", "greeting", "de"],
    ["danke für die schnelle Antwort", "thanks", "de"],
    ["¿Quién eres?", "identity", "es"],
    ["muchas gracias por tu ayuda", "thanks", "es"],
    ["Merci beaucoup !", "thanks", "fr"],
    ["Peux-tu m'aider ?", "identity", "fr"],
    ["oi, tudo bem?", "greeting", "pt"],
    ["Buongiorno a tutti", "greeting", "it"],
    ["Здравствуйте!", "greeting", "ru"],
    ["شكراً جزيلاً", "thanks", "ar"],
    ["السلام عليكم", "greeting", "ar"],
    ["γεια σας", "greeting", "el"],
    ["teşekkür ederim", "thanks", "tr"],
    ["नमस्ते", "greeting", "hi"],
    ["cảm ơn bạn", "thanks", "vi"],
    ["ขอบคุณครับ", "thanks", "th"],
    ["你好！请问一下", "identity", "zh"],
    ["您好", "greeting", "zh"],
    ["你好啊", "greeting", "zh"],
    ["ありがとうございます", "thanks", "ja"],
    ["감사합니다", "thanks", "ko"],
  ] as const)("recognises %s", (text, kind, language) => {
    expect(smallTalk(text)).toMatchObject({ kind, languages: expect.arrayContaining([language]) as unknown });
  });

  it("names first the language whose word it is, of those that use it", () => {
    expect(smallTalk("Merci !")?.languages).toEqual(["fr", "de", "ro"]);
  });

  it.each([
    "hi, when do you open?",
    "thank you card prices",
    "Good morning America tickets",
    "who are you partners with",
    "help page for invoices",
    "history",
    "Was kostet das Morgenmenü?",
    "wann ist morgen geöffnet",
    "merci de m'envoyer la facture",
    "你好吗啡",
    "こんにちは赤ちゃん",
    "what time is it",
    "and sundays?",
    "",
    "?!",
    "👍",
  ])("leaves alone what may ask for something: %s", (text) => {
    expect(smallTalk(text)).toBeUndefined();
  });

  it("reads an English contraction however its apostrophe is typed", () => {
    for (const text of ["what's your name", "what’s your name", "whats your name"]) expect(smallTalk(text)?.kind).toBe("identity");
  });

  it("never takes long for a long message of small words", () => {
    expect(smallTalk("hi there ".repeat(2_000))).toBeUndefined();
    expect(smallTalk("hi ".repeat(26))?.kind).toBe("greeting");
  });

  it("is undisturbed by any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 120 }), (text) => {
        const found = smallTalk(text);
        expect(found === undefined || found.languages.length > 0).toBe(true);
      }),
    );
  });
});
