export * from "./caps.ts";
export * from "./stanzas.ts";
export { hashOf } from "./verification.ts";
