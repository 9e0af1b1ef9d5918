import type { FastifyReply } from "fastify";
import type { RenderedBody } from "./api-error.ts";

/** An answer ready to be sent. */
export interface Answer extends RenderedBody {
  status: number;
  headers: Record<string, string>;
}

/** 200 with a JSON body, or with an empty body for `undefined`. */
export function jsonAnswer(value: unknown): Answer {
  return value === undefined
    ? { status: 200, headers: {}, contentType: undefined, body: "" }
    : { status: 200, headers: {}, contentType: "application/json", body: JSON.stringify(value) };
}

/** Sends an answer, and records its status in the log entries unless the client has disconnected. */
export function sendAnswer(
  answer: Answer,
  logged: readonly { status: number | null }[],
  reply: FastifyReply,
): FastifyReply {
  if (reply.raw.destroyed || reply.request.socket.destroyed) {
    return destroyConnection(reply);
  }
  for (const entry of logged) {
    entry.status = answer.status;
  }
  reply.code(answer.status).headers(answer.headers);
  if (answer.contentType !== undefined) {
    reply.type(answer.contentType);
  }
  return reply.send(answer.body === "" ? undefined : answer.body);
}

/** Announces the whole answer, sends half of it and cuts the connection. */
export function sendHalfAnswer(answer: Answer, reply: FastifyReply): FastifyReply {
  reply.hijack();
  // An empty body has no half. One byte is announced instead, and never sent.
  const body = Buffer.from(answer.body === "" ? " " : answer.body);
  reply.raw.writeHead(answer.status, { "content-type": "application/json", "content-length": body.length });
  reply.raw.flushHeaders();
  reply.raw.write(body.subarray(0, Math.floor(body.length / 2)), () => reply.raw.destroy());
  return reply;
}

/** Cuts the connection without an answer. */
export function destroyConnection(reply: FastifyReply): FastifyReply {
  reply.hijack();
  reply.request.socket.destroy();
  return reply;
}
