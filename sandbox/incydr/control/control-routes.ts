import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { parseJsonOrText } from "../http/endpoint.ts";
import type { RequestLogs } from "../http/request-logs.ts";
import type { ReadableTenant } from "../tenant/readable-tenant.ts";
import { editSchema, runEdit } from "./edit-command.ts";
import { faultSchema } from "./faults.ts";
import type { IncydrControl } from "./incydr-control.ts";
import { requestGateOptionsSchema } from "./request-gate.ts";
import { requestPatternSchema } from "./request-pattern.ts";

const gateSchema = z.strictObject({ on: requestPatternSchema, ...requestGateOptionsSchema.shape });
const rateLimitSchema = z.strictObject({
  requestsPerMinute: z.number().positive().nullable().exactOptional(),
  burst: z.int().min(1).exactOptional(),
  retryAfterForm: z.enum(["seconds", "date"]).exactOptional(),
  slidingWindow: z.boolean().exactOptional(),
});
const tokensSchema = z.strictObject({
  expire: z.boolean().default(false),
  lifetimeSeconds: z.number().positive().optional(),
  clientSecret: z.string().min(1).optional(),
});
const idSchema = z.object({ id: z.coerce.number().int() });

/**
 * Registers the control over HTTP, for programs that drive the simulator from another process: JSON under `/_control`.
 * A malformed request gets 400 with a readable message. Control requests need no token, are not logged, and have no
 * faults.
 */
export function registerControlRoutes(
  server: FastifyInstance,
  options: { control: IncydrControl; tenant: ReadableTenant; logs: RequestLogs },
): void {
  const { control, tenant, logs } = options;

  server.setErrorHandler((error: Error, _request, reply) =>
    reply.code(400).send({ error: error instanceof z.ZodError ? z.prettifyError(error) : error.message }),
  );

  server.get("/write-log", () => logs.writes);
  server.get("/request-log", () => logs.requests);
  server.delete("/logs", () => {
    control.clearLogs();
    return { done: true };
  });

  server.get("/users/:who", (request) => {
    const { who } = z.object({ who: z.string() }).parse(request.params);
    const user = tenant.user(who);
    return {
      user,
      roleIds: tenant.rolesOf(who),
      devices: tenant.devicesOf(who),
      agents: tenant.agentsOf(who),
      matters: tenant.mattersOf(who),
      watchlists: tenant.watchlistsOf(who),
    };
  });
  server.post("/edits", (request) => {
    runEdit(control.edit, editSchema.parse(bodyOf(request)));
    return { done: true };
  });

  server.get("/faults", () => control.faults.map(({ id, rule, struck }) => ({ id, rule, struck })));
  server.post("/faults", (request) => ({ id: control.addFault(faultSchema.parse(bodyOf(request))).id }));
  server.delete("/faults", () => {
    control.clearFaults();
    return { done: true };
  });
  server.delete("/faults/:id", (request) => ({
    done: control.removeFault(idSchema.parse(request.params).id),
  }));

  server.post("/holds", (request) => {
    const { on, ...gateOptions } = gateSchema.parse(bodyOf(request));
    return { id: control.hold(on, gateOptions).id };
  });
  // Answers as soon as a request is held, so that the caller does not need to poll.
  server.get("/holds/:id/arrival", (request) => gateOf(control, request.params).arrived);
  server.post("/holds/:id/release", (request) => {
    gateOf(control, request.params).release();
    return { done: true };
  });
  server.post("/release", () => {
    control.release();
    return { done: true };
  });

  server.get("/readings", () => control.readings);
  server.patch("/readings", (request) => {
    control.setReadings(z.record(z.string(), z.unknown()).parse(bodyOf(request)));
    return control.readings;
  });
  server.get("/rate-limit", () => control.rateLimit);
  server.patch("/rate-limit", (request) => {
    control.setRateLimit(rateLimitSchema.parse(bodyOf(request)));
    return control.rateLimit;
  });
  server.post("/tokens", (request) => {
    const { expire, lifetimeSeconds, clientSecret } = tokensSchema.parse(bodyOf(request));
    if (expire) {
      control.expireTokens();
    }
    if (lifetimeSeconds !== undefined) {
      control.setTokenLifetime(lifetimeSeconds);
    }
    if (clientSecret !== undefined) {
      control.changeClientSecret(clientSecret);
    }
    return { done: true };
  });
  server.post("/reset", () => {
    control.reset();
    return { done: true };
  });
}

function bodyOf(request: { body: unknown }): unknown {
  return parseJsonOrText(typeof request.body === "string" ? request.body : "");
}

function gateOf(control: IncydrControl, params: unknown) {
  const { id } = idSchema.parse(params);
  const gate = control.findHold(id);
  if (!gate) {
    throw new Error(`There is no gate ${id}.`);
  }
  return gate;
}
