import type { CallRunner } from "../http/call-runner.ts";
import type { Transport } from "../http/transport.ts";
import type { Observer } from "../model/observer.ts";

/** What every part of the API is made of. */
export interface ApiContext {
  readonly run: CallRunner;
  readonly transport: Transport;
  readonly observer: Observer;
}
