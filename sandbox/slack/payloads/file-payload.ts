import type { StoredFile } from "../state/file-store.ts";
import type { SlackState } from "../state/slack-state.ts";

const KINDS: Readonly<Record<string, { mimetype: string; pretty: string }>> = {
  csv: { mimetype: "text/csv", pretty: "CSV" },
  json: { mimetype: "application/json", pretty: "JSON" },
  txt: { mimetype: "text/plain", pretty: "Plain Text" },
};

/** A file object in answers, messages and form values (docs.slack.dev, reference/objects/file-object). */
export function filePayload(file: StoredFile, { workspace, fileHost }: SlackState): Record<string, unknown> {
  const { id, name, title, ownerId, createdAt, bytes, shares } = file;
  const ending = /\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? "";
  const kind = KINDS[ending] ?? { mimetype: "application/octet-stream", pretty: "Binary" };
  const seconds = Math.floor(createdAt / 1000);
  const base = `${fileHost()}/files-pri/${workspace.team.id}-${id}`;
  return {
    id,
    created: seconds,
    timestamp: seconds,
    name,
    title,
    mimetype: kind.mimetype,
    filetype: ending in KINDS ? ending : "binary",
    pretty_type: kind.pretty,
    user: ownerId,
    user_team: workspace.team.id,
    editable: false,
    size: bytes?.length ?? 0,
    mode: "hosted",
    is_external: false,
    external_type: "",
    is_public: false,
    public_url_shared: false,
    display_as_bot: false,
    username: "",
    url_private: `${base}/${encodeURIComponent(name)}`,
    url_private_download: `${base}/download/${encodeURIComponent(name)}`,
    permalink: `https://${workspace.team.domain}.slack.com/files/${ownerId}/${id}/${encodeURIComponent(name)}`,
    ...(shares.length > 0 ? { shares: { private: sharesOf(shares) } } : {}),
    ims: shares.map(({ channelId }) => channelId).filter((channelId) => channelId.startsWith("D")),
  };
}

function sharesOf(shares: StoredFile["shares"]): Record<string, unknown> {
  return Object.fromEntries(shares.map(({ channelId, ts }) => [channelId, [{ ts }]]));
}
