/** This service has no settings of its own. */
export const conversationConfig = {};
