/** Contract section 3.1. */
export const models = ["custom-data-upload", "medical-chat-human", "medical-chat-vet", "custom-model"] as const;
export const baseModels = ["gpt-4o-mini", "gpt-4o", "gpt-4", "claude-3-opus", "claude-3-5-sonnet", "claude-3-haiku"] as const;
export const visibilities = ["private", "public"] as const;
export const sources = ["iframe", "site", "api", "widget", "Discord", "Slack", "Whatsapp", "Messenger", "Instagram"] as const;
export const dataSourceTypes = ["website", "text", "file", "product", "q&a"] as const;
export const fileTypes = [
  "application/pdf",
  "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  "text/html",
  "text/plain",
  "image/png",
  "image/jpg",
  "image/jpeg",
  "image/webp",
] as const;
