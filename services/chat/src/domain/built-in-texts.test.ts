import { smallTalk } from "@parlance/language";
import { describe, expect, it } from "vitest";
import { refusalText, smallTalkText } from "./built-in-texts.ts";

describe("refusalText", () => {
  it("speaks the language of the question, whatever the knowledge is written in", () => {
    expect(refusalText("Wann fährt morgen der letzte Zug nach Hause?", "es")).toMatch(/^Dazu konnte ich/);
    expect(refusalText("Θα είναι ανοιχτό το μουσείο την Κυριακή;", "de")).toMatch(/^Λυπάμαι/);
  });

  it("speaks that of the knowledge when the question's cannot be told", () => {
    expect(refusalText("horario", "es")).toMatch(/^Lo siento/);
    expect(refusalText("12 345", "ru")).toMatch(/^К сожалению/);
    expect(refusalText("bristol shop", "en")).toMatch(/^I'm sorry/);
  });

  it("speaks the commonest language of the script where the knowledge tells nothing", () => {
    expect(refusalText("погода завтра", "")).toMatch(/^К сожалению/);
  });

  it("speaks English elsewhere", () => {
    expect(refusalText("Kada polazi sljedeći vlak za Zagreb?", "es")).toMatch(/^I'm sorry/);
    expect(refusalText("Qui est le directeur de la bibliothèque ?", "fr")).toMatch(/^I'm sorry/);
    expect(refusalText("プールはありますか？", "ja")).toMatch(/^I'm sorry/);
    expect(refusalText("", "")).toMatch(/^I'm sorry/);
  });
});

describe("smallTalkText", () => {
  const replyTo = (message: string, ofKnowledge: string) => {
    const said = smallTalk(message);
    return said && smallTalkText(said, ofKnowledge);
  };

  it("answers a greeting, thanks, a farewell and a question about the chatbot each in its own way", () => {
    const replies = ["hi", "thank you", "bye", "who are you?"].map((message) => replyTo(message, "en"));
    expect(new Set(replies).size).toBe(4);
  });

  it("speaks the language of the message, and that of the knowledge where it may be either", () => {
    expect(replyTo("Guten Abend", "en")).toMatch(/^Hallo/);
    expect(replyTo("hola", "es")).toMatch(/^¡Hola!/);
    expect(replyTo("здравствуйте", "en")).toMatch(/^Здравствуйте/);
  });

  it("speaks English elsewhere", () => {
    expect(replyTo("bonjour", "fr")).toMatch(/^Hello/);
    expect(replyTo("こんにちは", "ja")).toMatch(/^Hello/);
  });
});
