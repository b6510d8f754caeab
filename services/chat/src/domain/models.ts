import { AppError } from "@parlance/platform";

/** Kinds of chatbot, and what each can do. */
const models = {
  "custom-data-upload": { trainable: true, storesChats: true },
  "medical-chat-human": { trainable: false, storesChats: false },
  "medical-chat-vet": { trainable: false, storesChats: false },
  "custom-model": { trainable: false, storesChats: true },
} as const;

export type Model = keyof typeof models;

export const defaultModel: Model = "custom-data-upload";

/** @throws AppError INVALID_REQUEST for a name that is no kind of chatbot. */
export function modelNamed(name: string): Model {
  if (!Object.hasOwn(models, name)) {
    throw new AppError("INVALID_REQUEST", { message: `model must be one of ${Object.keys(models).join(", ")}` });
  }
  return name as Model;
}

export function isTrainable(model: Model): boolean {
  return models[model].trainable;
}

/** Medical chatbots never store what was said. */
export function storesChats(model: Model): boolean {
  return models[model].storesChats;
}

/** Answering models: credits that an answer costs, and whether the plan must include the large models. */
const baseModels = {
  "gpt-4o-mini": { credits: 1, large: false },
  "gpt-4o": { credits: 2, large: true },
  "gpt-4": { credits: 10, large: true },
  "claude-3-opus": { credits: 10, large: true },
  "claude-3-5-sonnet": { credits: 2, large: true },
  "claude-3-haiku": { credits: 1, large: false },
} as const;

export type BaseModel = keyof typeof baseModels;

export const defaultBaseModel: BaseModel = "gpt-4o-mini";

/** @throws AppError INVALID_REQUEST for a name that is no answering model. */
export function baseModelNamed(name: string): BaseModel {
  if (!Object.hasOwn(baseModels, name)) {
    throw new AppError("INVALID_REQUEST", { message: `baseModel must be one of ${Object.keys(baseModels).join(", ")}` });
  }
  return name as BaseModel;
}

export function needsLargeModels(baseModel: BaseModel): boolean {
  return baseModels[baseModel].large;
}

/** What one answer costs: by the kind of chatbot where that decides, else by the answering model. */
export function creditsFor(model: Model, baseModel: BaseModel): number {
  if (model === "custom-model") return 1;
  if (!storesChats(model)) return 2;
  return baseModels[baseModel].credits;
}
