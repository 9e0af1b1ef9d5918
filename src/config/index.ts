export { isChannelNamed } from "./channel-rules.ts";
export { CONFIG_EXIT_CODE, ConfigError } from "./config-error.ts";
export { type ConfigWarning, configWarnings } from "./config-warnings.ts";
export {
  type Config,
  loadConfig,
  OWN_CHANNEL_VARIABLES,
  type OwnChannel,
  othersThatName,
} from "./load-config.ts";
export { loadEnvFile } from "./load-env-file.ts";
export { secretTexts } from "./secrets.ts";
