import type { Socket } from 'node:net'

/**
 * Makes a socket tell of a failed write without what Node does besides: it destroys the socket, and with it what the
 * server said before it hung up. Reading goes on to the end or to an error of its own.
 */
export function outliveFailedWrites(socket: Socket, failed: (error: Error) => void): void {
  const { _write: write } = socket
  // One write is under way at a time, so that there is never anything for `_writev`.
  socket._write = (chunk, encoding, callback) => {
    write.call(socket, chunk, encoding, (error) => {
      const outlived = error && !socket.destroyed
      if (outlived) failed(error)
      callback(outlived ? null : error)
    })
  }
}
