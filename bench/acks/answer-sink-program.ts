// Takes the answers to commands, and counts them. Passes every other request on to the simulated Slack.

import { once } from "node:events";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";

const [slackOrigin = ""] = process.argv.slice(2);
let answers = 0;
const server = createServer((incoming, answer) => {
  const { url = "/", method = "GET", headers } = incoming;
  if (url.startsWith("/answers/")) {
    incoming.resume();
    incoming.on("end", () => {
      answers += 1;
      answer.end("ok");
    });
    return;
  }
  const passedOn = request(new URL(url, slackOrigin), { method, headers }, (response) => {
    answer.writeHead(response.statusCode ?? 502, response.headers);
    response.pipe(answer);
  });
  passedOn.on("error", () => answer.writeHead(502).end());
  incoming.pipe(passedOn);
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
const { port } = server.address() as AddressInfo; // of a server that listens on TCP
process.on("message", () => process.send?.(answers));
process.send?.(port);
await once(process, "disconnect");
server.closeAllConnections();
server.close();
