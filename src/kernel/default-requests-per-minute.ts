/** The default limit of requests to Incydr, of the configuration and of the published client. */
export const DEFAULT_REQUESTS_PER_MINUTE = 300;
