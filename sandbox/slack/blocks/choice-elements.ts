import { z } from "zod";
import {
  confirmDialog,
  conversationFilter,
  identifier,
  listOption,
  menuOption,
  type Option,
  optionGroup,
} from "./composition-objects.ts";
import { plainText } from "./text-objects.ts";

const actionable = {
  action_id: identifier.optional(),
  confirm: confirmDialog.optional(),
  focus_on_load: z.boolean().optional(),
};
const menu = { ...actionable, placeholder: plainText(150).optional() };
const multiMenu = { ...menu, max_selected_items: z.int().min(1).optional() };
const staticOptions = {
  options: z.array(menuOption).min(1).max(100).optional(),
  option_groups: z.array(optionGroup).min(1).max(100).optional(),
};
const minQueryLength = z.int().min(0).optional();

interface StaticOptions {
  options?: Option[] | undefined;
  option_groups?: { options: Option[] }[] | undefined;
}

/** All options of a static menu or list, grouped or not. */
export function allOptions(element: StaticOptions): Option[] {
  return element.options ?? element.option_groups?.flatMap((group) => group.options) ?? [];
}

function isSameOption(one: Option, other: Option): boolean {
  return one.value === other.value && one.text.text === other.text.text;
}

function hasOneSource(element: StaticOptions): boolean {
  return (element.options === undefined) !== (element.option_groups === undefined);
}

function offersInitial(
  element: StaticOptions & { initial_option?: Option | undefined; initial_options?: Option[] | undefined },
): boolean {
  const initial = element.initial_options ?? (element.initial_option ? [element.initial_option] : []);
  const offered = allOptions(element);
  return initial.every((wanted) => offered.some((option) => isSameOption(option, wanted)));
}

const oneSource = "must have either options or option_groups";
const initialOffered = "initial option is not among the options";

const staticSelect = z
  .strictObject({
    type: z.literal("static_select"),
    ...menu,
    ...staticOptions,
    initial_option: menuOption.optional(),
  })
  .refine(hasOneSource, oneSource)
  .refine(offersInitial, initialOffered);

const multiStaticSelect = z
  .strictObject({
    type: z.literal("multi_static_select"),
    ...multiMenu,
    ...staticOptions,
    initial_options: z.array(menuOption).min(1).optional(),
  })
  .refine(hasOneSource, oneSource)
  .refine(offersInitial, initialOffered);

const externalSelect = z.strictObject({
  type: z.literal("external_select"),
  ...menu,
  initial_option: menuOption.optional(),
  min_query_length: minQueryLength,
});

const multiExternalSelect = z.strictObject({
  type: z.literal("multi_external_select"),
  ...multiMenu,
  initial_options: z.array(menuOption).min(1).optional(),
  min_query_length: minQueryLength,
});

const usersSelect = z.strictObject({
  type: z.literal("users_select"),
  ...menu,
  initial_user: z.string().optional(),
});

const multiUsersSelect = z.strictObject({
  type: z.literal("multi_users_select"),
  ...multiMenu,
  initial_users: z.array(z.string()).optional(),
});

const conversationsSelect = z.strictObject({
  type: z.literal("conversations_select"),
  ...menu,
  initial_conversation: z.string().optional(),
  default_to_current_conversation: z.boolean().optional(),
  filter: conversationFilter.optional(),
  response_url_enabled: z.boolean().optional(),
});

const multiConversationsSelect = z.strictObject({
  type: z.literal("multi_conversations_select"),
  ...multiMenu,
  initial_conversations: z.array(z.string()).optional(),
  default_to_current_conversation: z.boolean().optional(),
  filter: conversationFilter.optional(),
});

const channelsSelect = z.strictObject({
  type: z.literal("channels_select"),
  ...menu,
  initial_channel: z.string().optional(),
  response_url_enabled: z.boolean().optional(),
});

const multiChannelsSelect = z.strictObject({
  type: z.literal("multi_channels_select"),
  ...multiMenu,
  initial_channels: z.array(z.string()).optional(),
});

const radioButtons = z
  .strictObject({
    type: z.literal("radio_buttons"),
    ...actionable,
    options: z.array(listOption).min(1).max(10),
    initial_option: listOption.optional(),
  })
  .refine(offersInitial, initialOffered);

const checkboxes = z
  .strictObject({
    type: z.literal("checkboxes"),
    ...actionable,
    options: z.array(listOption).min(1).max(10),
    initial_options: z.array(listOption).min(1).optional(),
  })
  .refine(offersInitial, initialOffered);

/** Every element with a choice. Section, actions and input blocks allow all of them. */
export const choiceElements = [
  staticSelect,
  multiStaticSelect,
  externalSelect,
  multiExternalSelect,
  usersSelect,
  multiUsersSelect,
  conversationsSelect,
  multiConversationsSelect,
  channelsSelect,
  multiChannelsSelect,
  radioButtons,
  checkboxes,
] as const;
