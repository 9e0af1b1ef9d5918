// The simulator as a separate process, so that the measurement of the client excludes its costs.

import { startIncydrSimulator } from "../../sandbox/incydr/incydr-simulator.ts";

const simulator = await startIncydrSimulator(JSON.parse(process.argv[2] ?? "{}"));
const { url, clientId, clientSecret, tenant } = simulator;
process.send?.({ url, clientId, clientSecret, userId: tenant.users[0]?.userId });
process.on("disconnect", () => void simulator.close());
