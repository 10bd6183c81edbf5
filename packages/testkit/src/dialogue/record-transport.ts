import type { Transport } from '@sansmtp/core/client'
import type { DialogueRecorder } from './dialogue-recorder.ts'

/**
 * A transport that works like the given one and tells the recorder what goes over it: octets in both directions,
 * TLS, the end. A timeout and an abort are both seen as the client's closing, and recorded as `! abort`.
 */
export function recordTransport(transport: Transport, recorder: DialogueRecorder): Transport {
  let closed = false
  return {
    async read() {
      try {
        const bytes = await transport.read()
        if (closed) return bytes
        if (bytes === null) recorder.happened('eof')
        else recorder.received(bytes)
        return bytes
      } catch (error) {
        if (!closed) recorder.happened('eof')
        throw error
      }
    },
    write(bytes) {
      if (!closed) recorder.sent(bytes)
      return transport.write(bytes)
    },
    async startTls(options) {
      const info = await transport.startTls(options)
      if (!closed) recorder.happened('tls')
      return info
    },
    close() {
      if (!closed) recorder.closed()
      closed = true
      return transport.close()
    },
    get tls() {
      return transport.tls
    },
    get local() {
      return transport.local
    },
  } as Transport
}
