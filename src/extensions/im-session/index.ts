export * from "./im-session.ts";
export * from "./refusals.ts";
export * from "./stanzas.ts";
export * from "./types.ts";
