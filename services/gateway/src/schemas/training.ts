import { z } from "zod";
import { failures, operation } from "../operation.ts";
import { dataSourceTypes } from "./enums.ts";
import { fields, says } from "./fields.ts";

const largestInformationBytes = 64 * 1024;

/** Contract 3.4. `information` leaves the schema as the JSON text that is stored. */
const product = z.object(
  {
    id: fields.text({ min: 1, max: 200 }),
    information: z
      .looseObject({}, says("be an object"))
      .transform((information, context) => {
        const json = JSON.stringify(information);
        // JSON.parse reads 1e400 as Infinity, and Infinity is written as null.
        if (json.includes("null") && !isFiniteThroughout(information)) {
          context.issues.push({ code: "custom", message: "must be an object without numbers beyond 1.8e308", input: json });
        }
        return json;
      })
      .refine((json) => Buffer.byteLength(json) <= largestInformationBytes, "must be an object of at most 65,536 bytes as JSON"),
  },
  says("be an object"),
);

function isFiniteThroughout(value: unknown): boolean {
  if (typeof value === "number") return Number.isFinite(value);
  return typeof value !== "object" || value === null || Object.values(value).every(isFiniteThroughout);
}

const questionAndAnswer = z.object(
  { question: fields.text({ min: 1, max: 2_000 }), answer: fields.text({ min: 1, max: 20_000 }) },
  says("be an object"),
);

/** What E1 and E2 both train on. */
export const trainingSources = {
  sourceText: z.string(says("be a string")).nullish(),
  urlsToScrape: fields.list(fields.httpUrl(), { max: 500 }).nullish(),
  products: fields.list(product, { max: 1_000 }).nullish(),
  qAndAs: fields.list(questionAndAnswer, { max: 1_000 }).nullish(),
};

const pageOptions = z.object(
  {
    Cookies: fields.matching("be a string without line breaks", /^[^\r\n\0]*$/).nullish(),
    extractMainContent: fields.flag().nullish(),
    includeOnlyTags: z.string(says("be a string")).nullish(),
    excludeTags: z.string(says("be a string")).nullish(),
  },
  says("be an object"),
);

const deletableTypes = ["website", "text", "file", "product", "q&a", "qAndA"] as const;

/** Contract 3.5: which of the keys a type needs, at least one of them. */
const neededKeys = {
  website: ["url"],
  product: ["id"],
  text: [],
  file: ["id", "name", "url"],
  "q&a": ["id", "question"],
  qAndA: ["id", "question"],
} as const satisfies Record<(typeof deletableTypes)[number], readonly ("id" | "url" | "name" | "question")[]>;

const deleteSpec = z
  .object(
    {
      type: fields.oneOf(deletableTypes),
      id: z.string(says("be a string")).nullish(),
      url: z.string(says("be a string")).nullish(),
      name: z.string(says("be a string")).nullish(),
      question: z.string(says("be a string")).nullish(),
    },
    says("be an object"),
  )
  .check((context) => {
    const { value } = context;
    if (value.type === "text" && value.id === "") {
      // Without an id all texts go; a variable that was never filled must not do that.
      context.issues.push({
        code: "custom",
        path: ["id"],
        message: "must not be empty; leave it out to delete all texts",
        input: value,
      });
      return;
    }
    const needed: readonly (keyof typeof value)[] = neededKeys[value.type];
    if (needed.length === 0 || needed.some((key) => (value[key] ?? "") !== "")) return;
    const [only, ...more] = needed;
    if (more.length === 0 && only !== undefined) {
      context.issues.push({ code: "custom", path: [only], message: "is required", input: value });
    } else {
      context.issues.push({ code: "custom", message: `must contain one of ${needed.join(", ")}`, input: value });
    }
  });

/** Contract 3.6. */
const dataSource = z.strictObject({
  id: z.string(),
  name: z.string(),
  characters: z.int(),
  type: z.enum(dataSourceTypes),
});

export const trainingAnswer = z.strictObject({
  chatbotId: z.string(),
  consumedCharacters: z.int().meta({ description: "Characters this chatbot stores; pages count once they are fetched" }),
  remainingCharacters: z.int(),
  dataSources: z.array(dataSource),
  status: z.literal("success"),
});

const retrainBody = z
  .object({
    chatbotId: fields.chatbotId(),
    ...trainingSources,
    options: pageOptions.nullish(),
    deletes: fields.list(deleteSpec, { max: 1_000 }).nullish(),
  })
  .check((context) => {
    const { sourceText, urlsToScrape, products, qAndAs, deletes } = context.value;
    if ([sourceText, urlsToScrape, products, qAndAs, deletes].some((given) => (given?.length ?? 0) > 0)) return;
    context.issues.push({ code: "custom", message: "Nothing to train or delete", input: context.value });
  });

export const retrainChatbot = operation({
  operationId: "retrainChatbot",
  tag: "Training",
  summary: "Add knowledge to a chatbot, or remove it",
  method: "post",
  path: "/retrain-chatbot",
  body: retrainBody,
  answer: trainingAnswer,
  failures: [
    failures.required,
    { status: 400, message: "Nothing to train or delete" },
    failures.invalid,
    { status: 400, message: "This operation requires a chatbot with the custom-data-upload model" },
    failures.characters,
    failures.noChatbot,
  ],
});

export const getTrainingStatus = operation({
  operationId: "getTrainingStatus",
  tag: "Training",
  summary: "Progress of a chatbot's training",
  method: "get",
  path: "/chatbot/status/{chatbotId}",
  answer: z.strictObject({
    status: z.literal("success"),
    progress: z.int().min(0).max(100),
    failedSources: z.array(z.strictObject({ name: z.string(), type: z.enum(dataSourceTypes), reason: z.string() })),
  }),
  failures: [failures.noChatbot],
});

export type RetrainBody = z.output<typeof retrainBody>;
export type TrainingSources = z.output<z.ZodObject<typeof trainingSources>>;
