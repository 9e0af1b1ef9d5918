export * from "./audit-entry.ts";
export * from "./audit-publisher.ts";
export * from "./chain.ts";
export * from "./entries-without-request.ts";
