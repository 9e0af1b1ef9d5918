// Loaded into the bot before its own code (`node --import`). Ends the bot when the supervisor has ended, so that no old
// bot stays. The operating system closes the channel between them even if the supervisor was killed.

process.once("disconnect", () => process.exit(1));
// The listener must not keep the bot's process alive.
process.channel?.unref();
