export { endedAtOf } from "./apply-grant-event.ts";
export * from "./grant.ts";
export * from "./grant-desk.ts";
export * from "./grant-errors.ts";
export * from "./grant-states.ts";
export * from "./revoke-now.ts";
export * from "./revoker.ts";
export * from "./settle-grants.ts";
export * from "./warn-of-end.ts";
