import type { FastifyInstance, FastifyReply } from "fastify";
import type { StoredFile } from "./state/file-store.ts";
import type { SlackState } from "./state/slack-state.ts";
import type { Faults } from "./web-api/faults.ts";

/** The `method` of faults of downloads: `slack.faults.add({ method: "file download", … })`. */
const DOWNLOAD = "file download";
/** The `method` of faults of uploads; only `http_error` applies. */
const UPLOAD = "file upload";

/**
 * Registers the file host: upload URLs, and private files for requests with a token that may read them. Like Slack, it
 * redirects other requests to a sign-in page, which is no error.
 */
export function registerFileHost(
  server: FastifyInstance,
  { state, faults, botToken }: { state: SlackState; faults: Faults; botToken: string },
): void {
  server.register(async (host) => {
    host.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));

    for (const path of ["/files-pri/:teamAndId/:name", "/files-pri/:teamAndId/download/:name"]) {
      host.get<{ Params: { teamAndId: string } }>(path, async (request, reply) => {
        const hit = faults.next(DOWNLOAD);
        if (hit?.fault.kind === "http_error") return reply.code(hit.fault.status ?? 500).send("");
        if (hit?.fault.kind === "hang") await hit.released;
        const mayRead =
          request.headers.authorization === `Bearer ${botToken}` && state.app.botScopes.has("files:read");
        if (!mayRead) return reply.redirect(`/signin?redir=${encodeURIComponent(request.url)}`);
        const file = fileOf(state, request.params.teamAndId);
        if (!file?.bytes) return reply.code(404).send("");
        return sendFile(reply, file.bytes);
      });
    }
    host.get("/signin", async (_request, reply) =>
      reply.type("text/html; charset=utf-8").send("<!DOCTYPE html><title>Sign in | Slack</title>"),
    );

    host.post<{ Params: { key: string } }>("/upload/v1/:key", async (request, reply) => {
      const hit = faults.next(UPLOAD);
      if (hit?.fault.kind === "http_error") return reply.code(hit.fault.status ?? 500).send("");
      const upload = state.files.upload(request.params.key);
      const { body } = request;
      if (!upload || !Buffer.isBuffer(body)) return reply.code(400).send("");
      if (body.length !== upload.length) return reply.code(400).send("");
      upload.file.bytes = body;
      return reply.send(`OK - ${body.length}`);
    });
  });
}

function fileOf({ files, workspace }: SlackState, teamAndId: string): StoredFile | undefined {
  const [team, id = ""] = teamAndId.split("-");
  return team === workspace.team.id ? files.find(id) : undefined;
}

function sendFile(reply: FastifyReply, bytes: Buffer): FastifyReply {
  return reply.type("application/octet-stream").header("content-disposition", "attachment").send(bytes);
}
