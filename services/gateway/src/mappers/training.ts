import type { MessageInitShape } from "@bufbuild/protobuf";
import type { ingestion } from "@parlance/contracts";
import type { RetrainBody, TrainingSources } from "../schemas/training.ts";
import { chatbotIdOf } from "./ids.ts";

type StartJob = MessageInitShape<typeof ingestion.StartJobRequestSchema>;
type Deletes = NonNullable<RetrainBody["deletes"]>;

export function toStartJob(body: RetrainBody): StartJob {
  const { text, ...sources } = toSources(body);
  return {
    chatbotId: chatbotIdOf(body.chatbotId),
    text,
    ...sources,
    deletes: (body.deletes ?? []).map(toSelector),
    pageOptions: {
      cookies: body.options?.Cookies ?? "",
      extractMainContent: body.options?.extractMainContent ?? true,
      includeOnlyTags: body.options?.includeOnlyTags ?? "",
      excludeTags: body.options?.excludeTags ?? "",
    },
  };
}

/** What E1 and E2 train on, in the words of the inner contract. */
export function toSources({ sourceText, urlsToScrape, products, qAndAs }: TrainingSources) {
  return {
    text: sourceText ?? "",
    urls: urlsToScrape ?? [],
    products: (products ?? []).map(({ id, information }) => ({ id, informationJson: information })),
    questionsAndAnswers: qAndAs ?? [],
  };
}

/** One key selects; where several are given, the first that the type knows. Contract 3.5. */
function toSelector(spec: Deletes[number]) {
  const type = spec.type === "qAndA" ? "q&a" : spec.type;
  const id = spec.id ?? "";
  const url = spec.url ?? "";
  if (type === "website") return { type, url };
  if (type === "product" || type === "text" || id !== "") return { type, id };
  if (type === "q&a") return { type, question: spec.question ?? "" };
  return spec.name ? { type, name: spec.name } : { type, url };
}

export function toTrainingBody(
  chatbotId: string,
  reply: Pick<ingestion.StartJobResponse, "sources" | "consumedCharacters" | "remainingCharacters">,
) {
  return {
    chatbotId,
    consumedCharacters: Number(reply.consumedCharacters),
    remainingCharacters: Number(reply.remainingCharacters),
    dataSources: reply.sources.map(({ sourceId, name, type, characters }) => ({
      id: sourceId,
      name,
      characters: Number(characters),
      type,
    })),
    status: "success",
  };
}

export function toTrainingStatusBody({ progress, failedSources }: ingestion.GetTrainingStatusResponse) {
  return {
    status: "success",
    progress,
    failedSources: failedSources.map(({ name, type, reason }) => ({ name, type, reason })),
  };
}
