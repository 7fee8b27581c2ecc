import type { PlainWords } from "./options.ts";

/** What people with ordinary XMPP clients read, unless the application has other words. */
export const plainWords: PlainWords = {
  invitation: (inviterName) => `${inviterName} would like to chat with you. Just reply to this message to begin the conversation.`,
  refusal: () => "I can not take your message now. Please try again later.",
};
