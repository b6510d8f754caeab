import { describe, expect, it } from "vitest";
import { askedOverview } from "./overview.ts";

describe("askedOverview", () => {
  it.each([
    "What do you do?",
    "what does your company do",
    "What is this?",
    "What's this website about?",
    "What is this document about?",
    "Tell me about your company",
    "summarize this document",
    "Give me a short overview",
    "Was macht ihr eigentlich?",
    "Worum geht es hier?",
    "Erzählen Sie mir etwas über Ihr Unternehmen",
    "¿A qué se dedican?",
    "¿De qué trata este documento?",
    "Que faites-vous ?",
    "C'est quoi ce site ?",
    "Di cosa vi occupate?",
    "O que vocês fazem?",
    "Wat doen jullie?",
    "Waar gaat dit over?",
    "Чем вы занимаетесь?",
    "О чём этот сайт?",
    "Czym się zajmujecie?",
    "Ne iş yapıyorsunuz?",
    "Με τι ασχολείστε;",
    "Cu ce vă ocupați?",
    "ماذا تفعلون؟",
    "आप क्या करते हैं?",
    "คุณทำอะไร",
    "Công ty bạn làm gì?",
    "何をしている会社ですか？",
    "뭐 하는 곳이에요?",
    "你们是做什么的？",
    "介绍一下你们公司",
  ])("%j asks what all is about", (message) => {
    expect(askedOverview(message)).toBe("always");
  });

  it.each([
    "What do you sell?",
    "what services do you offer",
    "Was bieten Sie an?",
    "¿Qué servicios ofrecen?",
    "Que proposez-vous ?",
    "Cosa vendete?",
    "Что вы продаёте?",
    "你们卖什么？",
  ])("%j asks for it in words that others may tell more of", (message) => {
    expect(askedOverview(message)).toBe("otherwise");
  });

  it.each([
    "What do you do with old boats?",
    "What is a kite?",
    "What is this button for on the winch?",
    "Tell me about refunds",
    "Was macht der Kapitän?",
    "What can you do?",
    "What is it called?",
  ])("%j asks for something else", (message) => {
    expect(askedOverview(message)).toBeUndefined();
  });
});
