import type { MessageInitShape } from "@bufbuild/protobuf";
import type { chatbots } from "@parlance/contracts";
import { hostOfDomain } from "../schemas/chatbot-settings.ts";
import type { UpdateBody } from "../schemas/chatbots.ts";
import { chatbotIdOf } from "./ids.ts";

type Request = MessageInitShape<typeof chatbots.UpdateChatbotSettingsRequestSchema>;
type Settings = Record<string, unknown>;
type Group = "leadsConfig" | "styles" | "notification";

/** Settings whose name differs between the two contracts, by dotted path. */
const renamed: Readonly<Record<string, string>> = {
  rateLimitTimeframe: "rateLimitTimeframeSeconds",
  qALinks: "qaLinks",
  "styles.autoOpenChatWindowAfter": "autoOpenChatWindowAfterSeconds",
};

const groups: ReadonlySet<string> = new Set<Group>(["leadsConfig", "styles", "notification"]);

/**
 * Contract E7: a value is set, null resets, absent leaves alone; lists are replaced whole and the three groups are merged key by key. A
 * null chatbotName counts as absent.
 */
export function toUpdateChatbotSettings({ chatbotId, ...given }: UpdateBody): Request {
  const change = { settings: {} as Settings, update: [] as string[], reset: [] as string[] };
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || (name === "chatbotName" && value === null)) continue;
    if (groups.has(name) && value !== null) applyGroup(name, value as Settings, change);
    else applyField({ path: name, into: change.settings, value: normalised(name, value) }, change);
  }
  return {
    chatbotId: chatbotIdOf(chatbotId),
    settings: change.settings as NonNullable<Request["settings"]>,
    updateMask: { paths: change.update },
    resetMask: { paths: change.reset },
  };
}

type Change = { settings: Settings; update: string[]; reset: string[] };

function applyGroup(name: string, group: Settings, change: Change): void {
  const into: Settings = {};
  for (const [key, value] of Object.entries(group)) {
    const path = `${name}.${key}`;
    if (value !== undefined) applyField({ path, into, value: normalised(path, value) }, change);
  }
  if (Object.keys(into).length > 0) change.settings[name] = into;
}

function applyField(field: { path: string; into: Settings; value: unknown }, change: Change): void {
  const [first = "", second] = field.path.split(".");
  const local = renamed[field.path] ?? second ?? first;
  const path = second === undefined ? snakeCase(local) : `${snakeCase(first)}.${snakeCase(local)}`;
  if (field.value === null) {
    change.reset.push(path);
    return;
  }
  field.into[local] = field.value;
  change.update.push(path);
}

/** Values that several writings stand for: a host with or without scheme and path, and "never" as null or a negative number. */
function normalised(path: string, value: unknown): unknown {
  if (path === "domains" && Array.isArray(value)) return value.map((domain: string) => hostOfDomain(domain));
  if (path === "styles.autoOpenChatWindowAfter" && typeof value === "number" && value < 0) return null;
  return value;
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
