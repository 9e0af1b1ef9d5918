export * from "./authorization-errors.ts";
export * from "./authorizer.ts";
export * from "./person.ts";
export * from "./policy-engine.ts";
export * from "./policy-files.ts";
