export * from "./find-subject.ts";
export * from "./identity.ts";
export * from "./known-roles.ts";
export * from "./look-up.ts";
export * from "./preflight.ts";
export * from "./privileged-roles.ts";
export * from "./subject-errors.ts";
export * from "./warnings.ts";
