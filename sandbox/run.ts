import { runSandbox } from "./supervisor/run-sandbox.ts";
import { readOptions } from "./supervisor/sandbox-options.ts";

process.exit(await runSandbox(readOptions(process.argv)));
