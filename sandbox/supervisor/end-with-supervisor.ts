// Loaded into the bot before its own code (`node --import`): ends it when the supervisor is gone. The operating
// system closes the channel between them however the supervisor ended, and no earlier bot is left behind.

process.once("disconnect", () => process.exit(1));
// The listener alone must not keep a bot alive that wants to end.
process.channel?.unref();
