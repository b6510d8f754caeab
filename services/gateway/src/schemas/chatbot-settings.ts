import { domainToASCII } from "node:url";
import { z } from "zod";
import { baseModels, visibilities } from "./enums.ts";
import { fields, says } from "./fields.ts";

/**
 * `https://Example.com:8443/path` and `example.com:8443` name the same place; contract E7 strips scheme and path. Letters beyond ASCII become
 * what a browser names the place by.
 */
export function hostOfDomain(domain: string): string {
  const host = domain
    .trim()
    .replace(/^https?:\/\//i, "")
    .replace(/[/?#].*$/s, "")
    .toLowerCase();
  if (!/[^\0-\x7f]/.test(host)) return host;
  const portAt = host.lastIndexOf(":");
  return portAt === -1 ? domainToASCII(host) : `${domainToASCII(host.slice(0, portAt))}${host.slice(portAt)}`;
}

const label = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
const hostForm = new RegExp(`^(?:localhost|(?:\\*\\.)?(?:${label}\\.)+${label}|\\[[0-9a-f:]{2,39}\\])(?::\\d{1,5})?$`);

function isHost(host: string): boolean {
  return hostForm.test(host) && Number(/:(\d+)$/.exec(host)?.[1] ?? 0) <= 65_535;
}

const domain = z
  .string(says("be a host name"))
  .refine(
    (value) => value.length <= 2_048 && isHost(hostOfDomain(value)),
    "must be a host name such as example.com or *.example.com",
  );

const channels = Array(3).fill(" ?(?:25[0-5]|2[0-4]\\d|[01]?\\d?\\d) ?").join(",");
const colorForm = new RegExp(
  `^(?:#[0-9a-f]{6}|rgb\\(${channels}\\)|rgba\\(${channels}, ?(?:0|1|0?\\.\\d{1,6}|1\\.0{1,6}) ?\\))$`,
  "i",
);

const color = () => fields.matching("be a colour such as rgb(0, 0, 0), rgba(0, 0, 0, 0.5) or #000000", colorForm);

const qaLink = z.object({ text: fields.text({ min: 1, max: 100 }), link: fields.httpUrl() }, says("be an object"));

/** Contract 3.8. */
const leadsConfig = z.object(
  {
    message: fields.text({ max: 500 }).nullish(),
    collectName: fields.flag().nullish(),
    collectEmail: fields.flag().nullish(),
    collectPhone: fields.flag().nullish(),
    nameMessage: fields.text({ max: 100 }).nullish(),
    emailMessage: fields.text({ max: 100 }).nullish(),
    phoneMessage: fields.text({ max: 100 }).nullish(),
  },
  says("be an object"),
);

/** Contract 3.7, without the two pictures: they are set elsewhere, and a write to them is ignored. */
const styles = z.object(
  {
    theme: fields.oneOf(["light", "dark"]).nullish(),
    buttonColor: color().nullish(),
    displayName: fields.text({ max: 100 }).nullish(),
    alignChatButton: fields.oneOf(["left", "right"]).nullish(),
    userMessageColor: color().nullish(),
    autoOpenChatWindowAfter: fields.number({ max: 3_600 }).nullish(),
  },
  says("be an object"),
);

/** Contract 3.9. */
const notification = z.object(
  {
    enableLeadsEmail: fields.flag().nullish(),
    enableConversationEmails: fields.flag().nullish(),
    email: fields.email().nullish(),
  },
  says("be an object"),
);

/** The settings of E7 in the order of its table. null and absent stay apart: null resets, absent leaves alone. */
export const settingsFields = {
  chatbotName: fields.text({ min: 1, max: 100, trimmed: true }).nullish(),
  basePrompt: fields.text({ max: 20_000 }).nullish(),
  initialMessages: fields.list(fields.text({ min: 1, max: 1_000 }), { max: 10 }).nullish(),
  suggestedMessages: fields.list(fields.text({ min: 1, max: 200 }), { max: 20 }).nullish(),
  visibility: fields.oneOf(visibilities).nullish(),
  onlyAllowOnAddedDomains: fields.flag().nullish(),
  domains: fields.list(domain, { max: 100 }).nullish(),
  rateLimitPoints: fields.wholeNumber({ min: 1, max: 10_000 }).nullish(),
  rateLimitTimeframe: fields.wholeNumber({ min: 1, max: 86_400 }).nullish(),
  rateLimitMessage: fields.text({ max: 500 }).nullish(),
  baseModel: fields.oneOf(baseModels).nullish(),
  temperature: fields.number({ min: 0, max: 1 }).nullish(),
  storeChat: fields.flag().nullish(),
  qALinks: fields.list(qaLink, { max: 20 }).nullish(),
  showCalendar: fields.flag().nullish(),
  calendarUrl: fields.httpUrl({ httpsOnly: true }).nullish(),
  calendarMessage: fields.text({ max: 100 }).nullish(),
  enableBouncingAnimation: fields.flag().nullish(),
  ignoreDataSource: fields.flag().nullish(),
  leadsConfig: leadsConfig.nullish(),
  styles: styles.nullish(),
  notification: notification.nullish(),
  customBackend: fields.httpUrl().nullish(),
  // It is sent in a header, which ends at a line break.
  bearer: fields
    .matching("be a string of at most 2,000 characters without line breaks", /^[^\r\n\0]{0,2000}$/u)
    .meta({ maxLength: 2_000 })
    .nullish(),
};
