export { isChannelNamed } from "./channel-rules.ts";
export { describeConfigError } from "./config-error.ts";
export { type Config, loadConfig } from "./load-config.ts";
export { loadEnvFile } from "./load-env-file.ts";
export { secretTexts } from "./secrets.ts";
