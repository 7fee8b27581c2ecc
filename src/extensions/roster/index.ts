export * from "./roster.ts";
export * from "./stanzas.ts";
