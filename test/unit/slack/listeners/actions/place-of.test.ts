import { expect, it } from "vitest";
import { placeOf } from "../../../../../src/slack/listeners/actions/card-clicks.ts";

type Click = Parameters<typeof placeOf>[0];

it.each<[string, object, { channelId: string; threadTs: string | null }]>([
  ["is in its channel", { channel: { id: "C1" }, container: {} }, { channelId: "C1", threadTs: null }],
  [
    "is in the channel of its container if Slack names no other",
    { container: { channel_id: "C2" } },
    { channelId: "C2", threadTs: null },
  ],
  [
    "is in the thread of its message",
    { channel: { id: "C1" }, container: { channel_id: "C2" }, message: { thread_ts: "17.5" } },
    { channelId: "C1", threadTs: "17.5" },
  ],
  [
    "in a view is in no channel",
    { container: {}, view: { id: "V1" }, message: null },
    { channelId: "", threadTs: null },
  ],
])("a click %s", (_where, click, place) => {
  expect(placeOf(click as Click)).toEqual(place);
});
