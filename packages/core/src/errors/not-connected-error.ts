import { ServerDisconnectedError } from './server-disconnected-error.ts'

/** No connection is there to be used: it was closed or had failed before this call. `cause` is why, where known. */
export class NotConnectedError extends ServerDisconnectedError {
  readonly code = 'NOT_CONNECTED'

  constructor(options?: { cause?: unknown }) {
    super('the connection is closed; connect again', options)
  }
}
