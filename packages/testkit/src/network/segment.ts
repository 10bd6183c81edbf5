import { escapeForDisplay } from '@sansmtp/core'

export type Side = 'client' | 'server'

/** What travels at a time. */
export interface Segment {
  readonly from: Side
  /** `tls` is a step of a handshake; `end` and `reset` carry nothing and are the last in their direction. */
  readonly type: 'bytes' | 'tls' | 'end' | 'reset'
  readonly bytes: Uint8Array
  /** Milliseconds of virtual time, from the beginning. */
  readonly sentAt: number
  readonly arrivesAt: number
  /**
   * How many flights from the client it has taken until this was sent, this one included: for a segment of the
   * client one more than the deepest that it had received from the server, for one of the server as many as the
   * deepest that it had received.
   */
  readonly depth: number
}

/** Round trips that a client had to wait for: the depth of the deepest segment in which it said something. */
export function flightsOf(segments: readonly Segment[]): number {
  return segments.reduce((most, segment) => (isClientSpeech(segment) ? Math.max(most, segment.depth) : most), 0)
}

function isClientSpeech({ from, type }: Segment): boolean {
  return from === 'client' && (type === 'bytes' || type === 'tls')
}

/** Segments as lines to be read, long ones cut. They show what was sent, credentials too. */
export function renderSegments(segments: readonly Segment[]): string[] {
  return segments.map(({ from, type, bytes, sentAt, arrivesAt, depth }) => {
    const what = type === 'bytes' ? escapeForDisplay(latin1(bytes)) : type
    return `${sentAt} → ${arrivesAt} ms, flight ${depth}, ${from}: ${what}`
  })
}

function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (octet) => String.fromCharCode(octet)).join('')
}
