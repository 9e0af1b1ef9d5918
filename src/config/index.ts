export { type ChannelRule, isChannelNamed } from "./channel-rules.ts";
export { ConfigError, configExitCode, describeConfigError } from "./config-error.ts";
export { type Config, loadConfig } from "./load-config.ts";
export { loadEnvFile } from "./load-env-file.ts";
export { type Secrets, type SlackSecrets, secretTexts } from "./secrets.ts";
