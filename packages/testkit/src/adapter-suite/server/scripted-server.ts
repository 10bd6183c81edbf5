import type { ListenOptions } from './listener.ts'
import { SocketListener } from './socket-listener.ts'
import { type Script, StagedServer } from './staged-server.ts'

/** A server in this process, on loopback or on a unix socket, that runs a script for each connection. */
export class ScriptedServer<Result = unknown> extends StagedServer<Result> {
  /** Without a script, `accept` gives out the connections. */
  static async listen<Result>(script?: Script<Result>, options?: ListenOptions): Promise<ScriptedServer<Result>> {
    return new ScriptedServer(await SocketListener.listen(options), script)
  }
}
