import type { CallRunner } from "./call-runner.ts";
import type { Observer } from "./observer.ts";
import type { Transport } from "./transport.ts";

/** What every part of the API is made of. */
export interface ApiContext {
  readonly run: CallRunner;
  readonly transport: Transport;
  readonly observer: Observer;
}
