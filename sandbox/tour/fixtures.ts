/** The channels of the scenario, by their names in the simulated workspace. */
export const APPROVALS = "insider-risk-approvals";
export const AUDIT = "insider-risk-audit";
export const INCIDENT = "inc-4711";
export const WATERCOOLER = "watercooler";

/** The channels with their members, in the format of `seenBy`. */
export const ALL_OF_APPROVALS = `#${APPROVALS}: maya, noor, theo, priya, lena, jonas`;
export const ALL_OF_INCIDENT = `#${INCIDENT}: maya, theo, jonas`;

/** The subjects of the scenario, by username. */
export const NADIA = "nadia.petrov@harborlight.example";
export const PAR = "pär.öberg@harborlight.example";
export const SAM = "sam.ortega@harborlight.example";
export const ANN = "ann.karlsson@harborlight.example";
export const ANNETTE = "annette.karlsson@harborlight.example";
export const DARIO = "dario.conti@harborlight.example";
