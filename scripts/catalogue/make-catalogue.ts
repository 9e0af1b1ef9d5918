import type { Catalogue } from "./entries.ts";
import { announcements } from "./topics/announcements.ts";
import { auditMessages } from "./topics/audit.ts";
import { bulkAnnouncements, bulkCards } from "./topics/bulk-cards.ts";
import { bulkForms } from "./topics/bulk-forms.ts";
import { cardDetails, cards } from "./topics/cards.ts";
import { clicks } from "./topics/clicks.ts";
import { commands } from "./topics/commands.ts";
import { digests } from "./topics/digests.ts";
import { directMessages } from "./topics/direct-messages.ts";
import { emergencyMessages } from "./topics/emergencies.ts";
import { files } from "./topics/files.ts";
import { forms } from "./topics/forms.ts";
import { freezes, lookUps } from "./topics/lists.ts";
import { listsGiven } from "./topics/lists-given.ts";
import { refusalCauses } from "./topics/refusal-causes.ts";
import { refusals } from "./topics/refusals.ts";
import { submissions } from "./topics/submissions.ts";
import { temporaryRoles } from "./topics/temporary-roles.ts";
import { warnings } from "./topics/warnings.ts";

/** Makes every entry from the fixtures. Two runs give the same catalogue. */
export async function makeCatalogue(): Promise<Catalogue> {
  return {
    cards: cards(),
    "card-details": cardDetails(),
    "bulk-cards": bulkCards(),
    emergencies: emergencyMessages(),
    "temporary-roles": temporaryRoles(),
    announcements: announcements(),
    "bulk-announcements": bulkAnnouncements(),
    forms: forms(),
    "bulk-forms": await bulkForms(),
    "lists-given": await listsGiven(),
    files: await files(),
    commands: await commands(),
    clicks: await clicks(),
    submissions: await submissions(),
    "look-ups": lookUps(),
    freezes: freezes(),
    warnings: warnings(),
    refusals: await refusals(),
    "refusal-causes": refusalCauses(),
    "direct-messages": await directMessages(),
    digests: digests(),
    "audit-messages": auditMessages(),
  };
}
