import { BareSocket } from './bare-socket.ts'
import { sampleMessage, samplePieces } from './sample-message.ts'
import { type Mailing, recipientsOf, type Subject, sender } from './subject.ts'

/** What `eager` has under way at most, as our default window. */
const window = { messages: 128, octets: 1_048_576 }

/**
 * The ceiling: the octets that a client sends, made beforehand, written to a bare socket as fast as the dialogue allows,
 * with no look at content or replies but to count the latter's lines.
 */
export async function makeSubject(mailing: Mailing): Promise<Subject> {
  const socket = await BareSocket.connect(mailing)
  await socket.received(1)
  await socket.write(Buffer.from('EHLO client.example\r\n'))
  // Of the extensions, which the control knows beforehand, the last line.
  await socket.received(1 + 6)
  const send = ways[mailing.way.call ?? '']
  if (send === undefined) throw new Error(`no such way: ${mailing.way.call}`)
  return { send: send(socket, mailing), close: () => socket.close() }
}

type Send = Subject['send']

const ways: Readonly<Record<string, (socket: BareSocket, mailing: Mailing) => Send>> = {
  /** MAIL RCPT DATA, and then the content. */
  transaction(socket, mailing) {
    const commands = Buffer.from(`${envelopeOf(mailing)}DATA\r\n`)
    const content = Buffer.concat([sampleMessage(mailing.octets), Buffer.from('.\r\n')])
    return async (messages) => {
      for (let i = 0; i < messages; i += 1) {
        socket.write(commands)
        await socket.received(socket.lines + mailing.recipients + 2)
        socket.write(content)
        await socket.received(socket.lines + 1)
      }
    }
  },

  /** The next envelope goes with the content. */
  riding(socket, mailing) {
    const commands = Buffer.from(`RSET\r\n${envelopeOf(mailing)}DATA\r\n`)
    const content = Buffer.concat([sampleMessage(mailing.octets), Buffer.from('.\r\n')])
    const both = Buffer.concat([content, commands])
    return async (messages) => {
      socket.write(commands)
      await socket.received(socket.lines + mailing.recipients + 3)
      for (let i = 1; i < messages; i += 1) {
        socket.write(both)
        await socket.received(socket.lines + mailing.recipients + 4)
      }
      socket.write(content)
      await socket.received(socket.lines + 1)
    }
  },

  /** Whole messages in a window, a quarter of it in one write; each is put together when its turn comes. */
  eager(socket, mailing) {
    const content = sampleMessage(mailing.octets)
    const messageOf = () => [Buffer.from(eagerCommandsOf(mailing), 'latin1'), content]
    return eagerly(socket, mailing, (messages) => Buffer.concat(Array.from({ length: messages }, messageOf).flat()))
  },

  /** The same, but all was put together beforehand. */
  prepared(socket, mailing) {
    const message = Buffer.concat([Buffer.from(eagerCommandsOf(mailing)), sampleMessage(mailing.octets)])
    const block = Buffer.concat(Array.from({ length: window.messages }, () => message))
    return eagerly(socket, mailing, (messages) => block.subarray(0, messages * message.length))
  },

  /** Content in pieces, as fast as the socket takes them. */
  stream(socket, mailing) {
    const commands = Buffer.from(`${envelopeOf(mailing)}DATA\r\n`)
    const end = Buffer.from('.\r\n')
    return async (messages) => {
      for (let i = 0; i < messages; i += 1) {
        socket.write(commands)
        await socket.received(socket.lines + mailing.recipients + 2)
        for (const piece of samplePieces(mailing.octets)) {
          const drained = socket.write(piece)
          if (drained !== undefined) await drained
        }
        socket.write(end)
        await socket.received(socket.lines + 1)
      }
    }
  },
}

function eagerly(socket: BareSocket, mailing: Mailing, blockOf: (messages: number) => Buffer): Send {
  const perWindow = Math.min(window.messages, window.octets / mailing.octets)
  const perBlock = Math.max(1, Math.floor(perWindow / 4))
  const replies = mailing.recipients + 3
  return async (messages) => {
    const before = socket.lines
    for (let sent = 0; sent < messages; sent += perBlock) {
      await socket.received(before + replies * (sent - 3 * perBlock))
      socket.write(blockOf(Math.min(perBlock, messages - sent)))
    }
    await socket.received(before + replies * messages)
  }
}

function eagerCommandsOf(mailing: Mailing): string {
  return `RSET\r\n${envelopeOf(mailing)}BDAT ${mailing.octets} LAST\r\n`
}

function envelopeOf(mailing: Mailing): string {
  const to = recipientsOf(mailing).map((address) => `RCPT TO:<${address}>\r\n`)
  const size = mailing.streamed ? '' : ` SIZE=${mailing.octets}`
  return `MAIL FROM:<${sender}>${size}\r\n${to.join('')}`
}
