import { randomBytes } from "node:crypto";

/** A file at Slack, or one whose upload was announced. */
export interface StoredFile {
  id: string;
  name: string;
  title: string;
  /** The person or bot user who uploaded it. */
  ownerId: string;
  /** Milliseconds since the epoch. */
  createdAt: number;
  /** Undefined until the bytes are uploaded to the file's URL. */
  bytes: Buffer | undefined;
  /** Whether its upload was completed; before that no reader sees the file. */
  complete: boolean;
  /** Messages with which it was shared. */
  shares: { channelId: string; ts: string }[];
}

/** An upload that was announced. */
export interface Upload {
  file: StoredFile;
  /** The last part of the URL to which its bytes are to be sent. */
  key: string;
  /** How many bytes were announced. */
  length: number;
}

/** Every file of the workspace. */
export interface FileStore {
  /** A file that a person uploaded with their client: whole at once. */
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
