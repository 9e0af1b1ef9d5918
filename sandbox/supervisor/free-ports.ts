import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";

/** Finds two different free TCP ports on 127.0.0.1. */
export async function freePorts(): Promise<[number, number]> {
  const probes = [createServer(), createServer()] as const;
  // Both are open at once, so that the two ports differ.
  for (const probe of probes) {
    probe.listen(0, "127.0.0.1");
    await once(probe, "listening");
  }
  const ports: [number, number] = [portOf(probes[0]), portOf(probes[1])];
  for (const probe of probes) {
    probe.close();
    await once(probe, "close");
  }
  return ports;
}

function portOf(server: Server): number {
  const { port } = server.address() as AddressInfo; // only the address of a pipe is a string
  return port;
}
