import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** Serves `answer` until the test ends; resolves to the origin, such as `http://127.0.0.1:8080`. */
export async function serve(answer: RequestListener): Promise<string> {
  const server = createServer((request, response) => {
    request.resume();
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo; // a listening TCP server has one
  return `http://127.0.0.1:${port}`;
}

/** The same answer to each request. */
export function answering(
  status: number,
  body: string | Buffer = "",
  headers: Readonly<Record<string, string>> = {},
): RequestListener {
  return (_request, response) => void response.writeHead(status, headers).end(body);
}
