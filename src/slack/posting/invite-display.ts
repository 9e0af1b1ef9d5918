import type { ChannelDirectory, InviteDisplay } from "../../change-requests/index.ts";
import { runEach } from "../../kernel/run-each.ts";
import { invitationMessage } from "../texts/invitation-texts.ts";
import { isSlackOutage } from "../web-api/slack-outage.ts";
import type { FindCard } from "./card-address.ts";
import type { TellDirectly } from "./tell-directly.ts";

/** Notifies invited approvers by direct message if their mention on the card does not notify them. */
export function createInviteDisplay(options: {
  findCard: FindCard;
  channels: ChannelDirectory;
  tellDirectly: TellDirectly;
}): InviteDisplay {
  const { findCard, channels, tellDirectly } = options;
  return {
    async inviteDirectly(request, slackUserIds) {
      const card = await findCard(request.id);
      const channel = card && (await channels.facts(card.channelId));
      const message = invitationMessage(request, {
        url: card?.url ?? null,
        isPrivate: channel?.isPrivate ?? true,
      });
      // Slack notifies only members of a mention, in public channels too.
      const absent = slackUserIds.filter((slackUserId) => !channel?.memberIds.includes(slackUserId));
      await runEach(absent, isSlackOutage, (slackUserId) =>
        tellDirectly(`asked:${request.id}:${request.renewals}:${slackUserId}`, slackUserId, message),
      );
    },
  };
}
