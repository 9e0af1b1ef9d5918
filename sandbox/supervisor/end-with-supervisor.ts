// Loaded into the bot before its own code (`node --import`): ends the bot when the supervisor has ended. The operating
// system closes the channel between them even if the supervisor was killed, so no earlier bot is left behind.

process.once("disconnect", () => process.exit(1));
// The listener alone must not keep a bot alive that wants to end.
process.channel?.unref();
