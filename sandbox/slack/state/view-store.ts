import { randomBytes } from "node:crypto";
import type { HomeDefinition, ModalDefinition } from "../blocks/validate-view.ts";
import type { ChangeSignal } from "./change-signal.ts";
import { type FormValues, formValues } from "./form-values.ts";

/** The most stacked views of a person: one opened and two pushed. */
const MAX_STACKED_VIEWS = 3;

/** A view on a person's screen. */
export interface OpenView {
  id: string;
  ownerId: string;
  definition: ModalDefinition | HomeDefinition;
  hash: string;
  rootViewId: string;
  previousViewId: string | null;
  /** The person's channel at the opening. */
  openedIn: string | undefined;
  values: FormValues;
  /** Messages next to inputs, by block_id. */
  errors: Record<string, string>;
  /** The line above the modal that reports a failed submission. */
  banner: string | undefined;
}

/** The reason why a view can't be opened, pushed or updated. */
export type ViewRefusal = "push_limit_reached" | "duplicate_external_id" | "hash_conflict" | "not_found";

/** Every open view: a stack of modals for each person, and their Home tab. */
export interface ViewStore {
  /** A person's modals, the lowest first. */
  stack(ownerId: string): readonly OpenView[];
  top(ownerId: string): OpenView | undefined;
  home(ownerId: string): OpenView | undefined;
  /** The open view with this id or external id. */
  find(key: { id?: string | undefined; externalId?: string | undefined }): OpenView | undefined;
  /** Opens a modal; it replaces the person's open modals. */
  open(ownerId: string, modal: ModalDefinition, openedIn?: string): OpenView | ViewRefusal;
  /** Puts a modal on top of the person's stack. */
  push(ownerId: string, modal: ModalDefinition): OpenView | ViewRefusal;
  /** Replaces a view's definition. Input stays if block_id and action_id match. */
  update(view: OpenView, definition: ModalDefinition | HomeDefinition, hash?: string): OpenView | ViewRefusal;
  publish(ownerId: string, definition: HomeDefinition, hash?: string): OpenView | ViewRefusal;
  /** Closes the top modal. */
  pop(ownerId: string): void;
  /** Closes all modals of a person. */
  clear(ownerId: string): void;
}

/** Creates a store without views. `now` is in milliseconds. */
export function createViewStore(options: { now: () => number; changes: ChangeSignal }): ViewStore {
  const { now, changes } = options;
  const stacks = new Map<string, OpenView[]>();
  const homes = new Map<string, OpenView>();
  const all = () => [...[...stacks.values()].flat(), ...homes.values()];
  const newHash = () => `${Math.floor(now() / 1000)}.${randomBytes(4).toString("hex")}`;
  const isTaken = (externalId: string | undefined, but?: OpenView) =>
    externalId !== undefined &&
    all().some((view) => view !== but && view.definition.external_id === externalId);
  const make = (ownerId: string, definition: OpenView["definition"], openedIn?: string): OpenView => {
    const id = `V${randomBytes(5).toString("hex").toUpperCase()}`;
    const values = formValues(definition.blocks, { currentConversation: openedIn });
    return {
      id,
      ownerId,
      definition,
      hash: newHash(),
      rootViewId: id,
      previousViewId: null,
      openedIn,
      values,
      errors: {},
      banner: undefined,
    };
  };
  const stack = (ownerId: string) => stacks.get(ownerId) ?? [];
  const update: ViewStore["update"] = (view, definition, hash) => {
    if (hash !== undefined && hash !== view.hash) return "hash_conflict";
    if (isTaken(definition.external_id, view)) return "duplicate_external_id";
    view.values = formValues(definition.blocks, { kept: view.values, currentConversation: view.openedIn });
    view.definition = definition;
    view.hash = newHash();
    view.errors = {};
    view.banner = undefined;
    changes.emit();
    return view;
  };
  return {
    stack,
    update,
    top: (ownerId) => stack(ownerId).at(-1),
    home: (ownerId) => homes.get(ownerId),
    find: ({ id, externalId }) =>
      all().find((view) => (id !== undefined ? view.id === id : view.definition.external_id === externalId)),
    open: (ownerId, modal, openedIn) => {
      if (isTaken(modal.external_id)) return "duplicate_external_id";
      const view = make(ownerId, modal, openedIn);
      stacks.set(ownerId, [view]);
      changes.emit();
      return view;
    },
    push: (ownerId, modal) => {
      const views = stack(ownerId);
      const below = views.at(-1);
      if (!below) return "not_found";
      if (views.length >= MAX_STACKED_VIEWS) return "push_limit_reached";
      if (isTaken(modal.external_id)) return "duplicate_external_id";
      const view = make(ownerId, modal, below.openedIn);
      view.rootViewId = below.rootViewId;
      view.previousViewId = below.id;
      stacks.set(ownerId, [...views, view]);
      changes.emit();
      return view;
    },
    publish: (ownerId, definition, hash) => {
      const current = homes.get(ownerId);
      if (current) return update(current, definition, hash);
      if (isTaken(definition.external_id)) return "duplicate_external_id";
      const view = make(ownerId, definition);
      homes.set(ownerId, view);
      changes.emit();
      return view;
    },
    pop: (ownerId) => {
      stacks.set(ownerId, stack(ownerId).slice(0, -1));
      changes.emit();
    },
    clear: (ownerId) => {
      stacks.delete(ownerId);
      changes.emit();
    },
  };
}
