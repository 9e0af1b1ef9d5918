import { z } from "zod";
import type { Block } from "./block-schemas.ts";
import { identifier } from "./composition-objects.ts";
import { type BlockFault, faultsOf, jsonPointer } from "./fault-texts.ts";
import { plainText } from "./text-objects.ts";
import { checkBlocks } from "./validate-blocks.ts";

/** The most bytes of a view's JSON (Slack: 250 KB). */
const MAX_VIEW_BYTES = 250_000;

const common = {
  blocks: z.array(z.unknown()),
  private_metadata: z.string().max(3000).optional(),
  callback_id: z.string().max(255).optional(),
  external_id: identifier.optional(),
};

const modalSchema = z.strictObject({
  type: z.literal("modal"),
  ...common,
  title: plainText(24),
  submit: plainText(24).optional(),
  close: plainText(24).optional(),
  clear_on_close: z.boolean().optional(),
  notify_on_close: z.boolean().optional(),
});

const homeSchema = z.strictObject({ type: z.literal("home"), ...common });

/** A modal that satisfies Slack's rules. */
export type ModalDefinition = Omit<z.infer<typeof modalSchema>, "blocks"> & { blocks: Block[] };
/** A Home tab that satisfies Slack's rules. */
export type HomeDefinition = Omit<z.infer<typeof homeSchema>, "blocks"> & { blocks: Block[] };

/** The result of a check of a view. */
export type CheckedView<T> =
  | { ok: true; view: T }
  | { ok: false; error: "invalid_arguments" | "view_too_large"; faults: BlockFault[] };

/** Checks a modal from the app against Slack's rules. For example, a modal with an input block needs `submit`. */
export function checkModal(value: unknown): CheckedView<ModalDefinition> {
  return checkView(value, modalSchema, (view) =>
    view.submit === undefined && view.blocks.some((block) => block.type === "input")
      ? [{ message: "missing required field: submit (the view has an input block)", pointer: "/view/submit" }]
      : [],
  );
}

/** Checks a Home tab from the app against Slack's rules. */
export function checkHome(value: unknown): CheckedView<HomeDefinition> {
  return checkView(value, homeSchema, () => []);
}

function checkView<T extends { type: "modal" | "home"; blocks: unknown[] }>(
  value: unknown,
  schema: z.ZodType<T>,
  moreFaults: (view: Omit<T, "blocks"> & { blocks: Block[] }) => BlockFault[],
): CheckedView<Omit<T, "blocks"> & { blocks: Block[] }> {
  if (Buffer.byteLength(JSON.stringify(value) ?? "") > MAX_VIEW_BYTES) {
    return {
      ok: false,
      error: "view_too_large",
      faults: [{ message: "view is too large", pointer: jsonPointer(["view"]) }],
    };
  }
  const parsed = schema.safeParse(value, { reportInput: true });
  if (!parsed.success) {
    return { ok: false, error: "invalid_arguments", faults: faultsOf(parsed.error, ["view"]) };
  }
  const checked = checkBlocks(parsed.data.blocks, { surface: parsed.data.type, under: ["view", "blocks"] });
  if (!checked.ok) return { ok: false, error: "invalid_arguments", faults: checked.faults };
  const view = { ...parsed.data, blocks: checked.blocks };
  const faults = moreFaults(view);
  return faults.length > 0 ? { ok: false, error: "invalid_arguments", faults } : { ok: true, view };
}
