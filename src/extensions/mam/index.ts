export * from "./mam.ts";
export * from "./stanzas.ts";
