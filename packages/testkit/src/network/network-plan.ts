/**
 * Everything about a network that is left open, as data: the same plan makes the same things happen in the same
 * order. Lists are taken in turn and begun again when they are through; an empty one means the plain thing.
 */
export interface NetworkPlan {
  readonly toServer: DirectionPlan
  readonly toClient: DirectionPlan
  /** How a TLS handshake ends, a round trip after the client begins it. */
  readonly tls: HandshakePlan
  /** In what pieces the message is handed to the client. */
  readonly content: ContentPlan
  /**
   * Who comes first when several things are due at one instant: each number, modulo how many there are, picks the
   * one that happens next. So a machine sees what has come in before its own next write, or after. Without numbers
   * a machine acts on each input at once.
   */
  readonly choices: readonly number[]
}

/** One direction of a stream. Octets arrive in the order in which they were sent, whatever the latencies. */
export interface DirectionPlan {
  /** Milliseconds on the way, for each segment. None: it takes no time. */
  readonly latency: readonly number[]
  /** Octets that leave in a millisecond. Default: any number. */
  readonly octetsPerMillisecond?: number
  /** The most octets of each segment. None: a segment is what is written at a time. */
  readonly segmentLengths: readonly number[]
  /** Where the stream breaks off. Default: nowhere. */
  readonly cut?: CutPlan
}

/** The receiver gets exactly so many octets, those of TLS handshakes not counted. */
export interface CutPlan {
  readonly afterOctets: number
  /**
   * What the receiver sees behind the last octet: an orderly `end`, a `reset`, that is an end with an error, or
   * `silence`, as when a cable is pulled.
   */
  readonly receiver: 'end' | 'reset' | 'silence'
  /**
   * After how many milliseconds the sender learns of it, by a reset. Left out, it never does, which with
   * `receiver: 'end'` is a half-closed connection.
   */
  readonly senderLearnsAfter?: number
}

/** `certificateRefused`: by the client, when it sees it. `failed`: the server wants none of it. */
export type HandshakePlan = 'succeeds' | 'certificateRefused' | 'failed'

export interface ContentPlan {
  /** Octets of each piece. None: the whole message at once. */
  readonly pieceLengths: readonly number[]
  /** Milliseconds from the request for content to its first piece, and between two pieces. */
  readonly interval: number
}

const plainDirection: DirectionPlan = { latency: [], segmentLengths: [] }

/** A network that takes no time and does nothing to what is sent. */
export const plainNetwork: NetworkPlan = {
  toServer: plainDirection,
  toClient: plainDirection,
  tls: 'succeeds',
  content: { pieceLengths: [], interval: 0 },
  choices: [],
}

/** A network on which a round trip takes so many milliseconds, half of them each way, and nothing else any. */
export function roundTripOf(milliseconds: number): NetworkPlan {
  const direction = { ...plainDirection, latency: [milliseconds / 2] }
  return { ...plainNetwork, toServer: direction, toClient: direction }
}
