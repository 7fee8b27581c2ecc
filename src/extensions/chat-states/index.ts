export * from "./chat-states.ts";
export * from "./stanzas.ts";
