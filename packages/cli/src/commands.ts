import type { Command } from "./command.ts";
import { ask } from "./commands/ask.ts";
import { backup, restore } from "./commands/backup.ts";
import { chatbotCommands } from "./commands/chatbots.ts";
import { deadLetterCommands } from "./commands/dead-letters.ts";
import { doctor } from "./commands/doctor.ts";
import { keyCommands } from "./commands/keys.ts";
import { planCommands } from "./commands/plans.ts";
import { train } from "./commands/train.ts";
import { userCommands } from "./commands/users.ts";

/** In the order in which help lists them. */
export const commands: readonly Command[] = [
  ...chatbotCommands,
  train,
  ask,
  ...userCommands,
  ...keyCommands,
  ...planCommands,
  ...deadLetterCommands,
  doctor,
  backup,
  restore,
];
