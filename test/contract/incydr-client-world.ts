import { type IncydrSimulator, startIncydrSimulator } from "../../sandbox/incydr/incydr-simulator.ts";
import {
  type ActorId,
  createIncydrClient,
  type IncydrClient,
  type OrgGuid,
  parseActorId,
  parseOrgGuid,
  parseUserId,
  type UserId,
} from "../../src/incydr/index.ts";
import { guardClient } from "../support/leak-guard.ts";
import { type RecordingServer, type Reply, startRecordingServer } from "../unit/incydr/recording-server.ts";
import { cannedIds, cannedReply } from "./incydr-client-canned.ts";

/** A server for the client under test, and the ids of its records. */
export interface ContractWorld extends AsyncDisposable {
  readonly client: IncydrClient;
  /** The requests that arrived. */
  readonly server: RecordingServer;
  /** Active, with Desktop User and PROe User, a device, an agent, and on one watchlist. */
  readonly userId: UserId;
  readonly username: string;
  /** An inactive user. */
  readonly inactiveUserId: UserId;
  /** A custodian under an active hold. */
  readonly custodianId: UserId;
  readonly actorId: ActorId;
  /** Another organization than the user's. */
  readonly orgGuid: OrgGuid;
  readonly userCount: number;
}

/** A server with handwritten answers, from the known facts about the API. */
export async function startCannedWorld(): Promise<ContractWorld> {
  const server = await startRecordingServer(cannedReply);
  return worldOf(server, { clientId: "key-canned", clientSecret: "canned-secret" }, cannedIds);
}

/** The simulator behind a proxy that records all requests. */
export async function startSimulatedWorld(): Promise<ContractWorld> {
  const simulator = await startIncydrSimulator({ requestsPerMinute: null });
  const server = await startRecordingServer();
  const passOn = passOnTo(simulator);
  server.respond(passOn);
  server.respondToTokens(passOn);
  const { tenant } = simulator;
  const subject = tenant.user("nadia.petrov@harborlight.example");
  const world = worldOf(server, simulator, {
    userId: subject.userId,
    username: subject.username ?? "",
    inactiveUserId: tenant.user("ivy.morton@harborlight.example").userId,
    custodianId: tenant.user("dario.conti@harborlight.example").userId,
    actorId: tenant.actorOf(subject.userId)?.actorId ?? "",
    orgGuid: tenant.org("Leavers").orgGuid,
    userCount: tenant.users.length,
  });
  return {
    ...world,
    [Symbol.asyncDispose]: async () => {
      await world[Symbol.asyncDispose]();
      await simulator.close();
    },
  };
}

interface PlainIds {
  readonly userId: string;
  readonly username: string;
  readonly inactiveUserId: string;
  readonly custodianId: string;
  readonly actorId: string;
  readonly orgGuid: string;
  readonly userCount: number;
}

function worldOf(
  server: RecordingServer,
  { clientId, clientSecret }: { readonly clientId: string; readonly clientSecret: string },
  ids: PlainIds,
): ContractWorld {
  const requestsPerMinute = Number.POSITIVE_INFINITY;
  const client = guardClient(
    createIncydrClient({ url: server.url, clientId, clientSecret, requestsPerMinute }),
  );
  return {
    client,
    server,
    ...ids,
    userId: parseUserId(ids.userId),
    inactiveUserId: parseUserId(ids.inactiveUserId),
    custodianId: parseUserId(ids.custodianId),
    actorId: parseActorId(ids.actorId),
    orgGuid: parseOrgGuid(ids.orgGuid),
    [Symbol.asyncDispose]: async () => {
      await client.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

function passOnTo({ url }: IncydrSimulator) {
  return async ({ method, target, headers, body }: RecordingServer["requests"][number]): Promise<Reply> => {
    const { authorization = "", "content-type": contentType } = headers;
    const answer = await fetch(url + target, {
      method,
      headers: { authorization, ...(contentType === undefined ? {} : { "content-type": contentType }) },
      ...(body === "" ? {} : { body }),
    });
    return { status: answer.status, text: await answer.text() };
  };
}
