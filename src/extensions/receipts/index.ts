export * from "./receipts.ts";
export * from "./stanzas.ts";
