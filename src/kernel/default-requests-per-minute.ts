/** The requests to Incydr in a minute unless the configuration or the caller of the client says otherwise. */
export const DEFAULT_REQUESTS_PER_MINUTE = 300;
