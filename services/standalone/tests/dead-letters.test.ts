import { describeDeadLetters } from "./_dead-letters.ts";

describeDeadLetters("in one process", () => ({}));
