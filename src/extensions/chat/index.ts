export * from "./chat.ts";
export * from "./incoming.ts";
export * from "./stanzas.ts";
export * from "./types.ts";
