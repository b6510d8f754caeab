import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { chatbots } from "@parlance/contracts";
import { describe, expect, it } from "vitest";
import { changeSettings, defaultSettings } from "./settings.ts";

function change(
  settings: MessageInitShape<typeof chatbots.ChatbotSettingsSchema>,
  updated: string[],
  reset: string[] = [],
): chatbots.ChatbotSettings {
  const current = defaultSettings("Bot");
  current.temperature = 0.7;
  return changeSettings(current, { settings: create(chatbots.ChatbotSettingsSchema, settings), updated, reset });
}

describe("changeSettings", () => {
  it("changes what the mask names and nothing else", () => {
    const changed = change({ basePrompt: "Be brief.", temperature: 0.1 }, ["base_prompt"]);
    expect(changed).toMatchObject({ basePrompt: "Be brief.", temperature: 0.7, chatbotName: "Bot" });
  });

  it("merges nested settings key by key", () => {
    const changed = change({ leadsConfig: { collectEmail: true } }, ["leads_config.collect_email"]);
    expect(changed.leadsConfig).toMatchObject({ collectEmail: true, collectName: false, nameMessage: "Name" });
  });

  it("takes false and empty as values, and a reset as the default", () => {
    expect(change({ enableBouncingAnimation: false }, ["enable_bouncing_animation"]).enableBouncingAnimation).toBe(false);
    expect(change({}, [], ["temperature"]).temperature).toBe(0);
    expect(change({}, [], ["styles.theme"]).styles?.theme).toBe("light");
  });

  it("replaces lists whole", () => {
    expect(change({ suggestedMessages: ["a"] }, ["suggested_messages"]).suggestedMessages).toEqual(["a"]);
    expect(change({}, ["initial_messages"]).initialMessages).toEqual([]);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])("refuses %s for a number, at any depth", (number) => {
    const invalid = expect.objectContaining({ reason: "INVALID_REQUEST" });
    expect(() => change({ temperature: number }, ["temperature"])).toThrow(invalid);
    const path = "styles.auto_open_chat_window_after_seconds";
    expect(() => change({ styles: { autoOpenChatWindowAfterSeconds: number } }, [path])).toThrow(invalid);
  });

  it.each(["nothing", "leads_config.nothing", "temperature.deeper", "__proto__"])("refuses the path %s", (path) => {
    expect(() => change({}, [path])).toThrow(expect.objectContaining({ reason: "INVALID_REQUEST" }));
  });

  it("leaves the settings it was given as they were", () => {
    const current = defaultSettings("Bot");
    changeSettings(current, {
      settings: create(chatbots.ChatbotSettingsSchema, { styles: { theme: "dark" } }),
      updated: ["styles.theme"],
      reset: [],
    });
    expect(current.styles?.theme).toBe("light");
  });
});
