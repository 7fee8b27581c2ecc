export * from "./carbons.ts";
export * from "./stanzas.ts";
