export { createAuditSink } from "./audit-sink.ts";
export { createDigestDisplay } from "./digest-display.ts";
export { createChannelDirectory } from "./directory/channel-directory.ts";
export { createPeopleDirectory } from "./directory/people-directory.ts";
export { createSlackGroups } from "./directory/slack-groups.ts";
export { createPoster } from "./messages/post-once.ts";
export { createRequestDisplay } from "./request-display.ts";
export { createSlackApi } from "./slack-api.ts";
export { type BotIdentity, createSlackApp } from "./slack-app.ts";
