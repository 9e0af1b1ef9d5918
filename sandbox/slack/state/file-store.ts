import { randomBytes } from "node:crypto";

/** A file at Slack, or an announced file. */
export interface StoredFile {
  id: string;
  name: string;
  title: string;
  /** The person or bot user who uploaded it. */
  ownerId: string;
  /** Milliseconds since the epoch. */
  createdAt: number;
  /** `undefined` until the bytes are uploaded. */
  bytes: Buffer | undefined;
  /** Whether the upload is complete. Readers see only complete files. */
  complete: boolean;
  /** Whether it was deleted; default false. */
  deleted?: boolean;
  /** Messages that share it. */
  shares: { channelId: string; ts: string }[];
}

/** An announced upload. */
export interface Upload {
  file: StoredFile;
  /** The last part of the URL for the bytes. */
  key: string;
  /** The announced number of bytes. */
  length: number;
}

/** Every file of the workspace. */
export interface FileStore {
  /** Adds a complete file that a person uploaded with their client. */
  add(given: { ownerId: string; name: string; bytes: Buffer }): StoredFile;
  /** Announces an upload of `length` bytes. */
  announce(given: { ownerId: string; name: string; length: number }): Upload;
  upload(key: string): Upload | undefined;
  find(id: string): StoredFile | undefined;
}

/** Creates an empty store. `now` is in milliseconds. */
export function createFileStore({ now }: { now: () => number }): FileStore {
  const files = new Map<string, StoredFile>();
  const uploads = new Map<string, Upload>();
  const store = (file: Pick<StoredFile, "ownerId" | "name" | "bytes" | "complete">): StoredFile => {
    const id = `F0${String(files.size + 1).padStart(8, "0")}`;
    const stored = { ...file, id, title: file.name, createdAt: now(), shares: [] };
    files.set(id, stored);
    return stored;
  };
  return {
    add: (given) => store({ ...given, complete: true }),
    announce: ({ length, ...given }) => {
      const file = store({ ...given, bytes: undefined, complete: false });
      const upload = { file, key: randomBytes(12).toString("hex"), length };
      uploads.set(upload.key, upload);
      return upload;
    },
    upload: (key) => uploads.get(key),
    find: (id) => files.get(id),
  };
}
