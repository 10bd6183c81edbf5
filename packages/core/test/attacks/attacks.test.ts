import { inspect } from 'node:util'
import {
  Capabilities,
  ClientConnection,
  DataEncoder,
  encodeCommand,
  InvalidArgumentError,
  type LineCommand,
  NotSupportedError,
  parseForwardPath,
  parseReversePath,
  RemoteProtocolError,
  ReplyDecoder,
} from '@sansmtp/core'
import { SmtpClient, type TranscriptEntry } from '@sansmtp/core/client'
import { describe, expect, test } from 'vitest'
import { connectionIn, drain, feed } from '../support/connections.ts'
import { MemoryServer } from '../support/memory-server.ts'
import { thorough } from '../support/thorough.ts'

/** Attacks that have worked on SMTP clients. Each is named after what it was, and shows what stops it here. */

const utf8 = new TextEncoder()
const delivery = { from: 'a@bar.example', to: 'b@foo.example', message: 'hi' }

describe('command injection by CR or LF in an address, name, size or any option', () => {
  const injections = ['\r\nRCPT TO:<evil@foo.example>', '\n', '\r', '\0', '\x7f', '\u0085', '\u2028']
  const commands: readonly [string, (injection: string) => LineCommand][] = [
    ['the EHLO name', (x) => ({ verb: 'EHLO', domain: `bar.example${x}` })],
    ['a reverse-path', (x) => ({ verb: 'MAIL', from: `a@bar.example${x}` })],
    ['a quoted local part', (x) => ({ verb: 'RCPT', to: `"a${x}"@foo.example` })],
    ['a quoted pair', (x) => ({ verb: 'RCPT', to: `"a\\${x}"@foo.example` })],
    ['an address literal', (x) => ({ verb: 'RCPT', to: `a@[IPv6:::1${x}]` })],
    ['SIZE', (x) => ({ verb: 'MAIL', from: '', parameters: { SIZE: `1${x}` } })],
    ['ENVID', (x) => ({ verb: 'MAIL', from: '', parameters: { ENVID: `id${x}` } })],
    ['ORCPT', (x) => ({ verb: 'RCPT', to: 'b@foo.example', parameters: { ORCPT: `rfc822;b${x}` } })],
    ['the name of a parameter', (x) => ({ verb: 'MAIL', from: '', parameters: { [`X${x}`]: true } })],
    ['a mechanism', (x) => ({ verb: 'AUTH', mechanism: `PLAIN${x}` })],
    ['an argument', (x) => ({ verb: 'VRFY', argument: `smith${x}` })],
    ['a verb', (x) => ({ verb: 'OTHER', name: `XYZZY${x}` })],
  ]

  test.each(commands)('is refused in %s, shown escaped', (_, command) => {
    for (const injection of injections) {
      const connection = connectionIn('ready')
      const refused = expect(() => connection.send(command(injection)), JSON.stringify(injection))
      refused.toThrow()
      try {
        encodeCommand(command(injection))
        expect.unreachable()
      } catch (error) {
        expect(error).toBeInstanceOf(InvalidArgumentError)
        expect((error as Error).message).not.toMatch(/\p{Cc}|\u2028/u)
      }
      expect(drain(connection)).toEqual([])
    }
  })
})

describe('parameter injection by an address', () => {
  test.each([
    'a@b.example> NOTIFY=NEVER',
    '<a@b.example> SIZE=1',
    'a@b.example NOTIFY=NEVER',
    '<a@b.example>>',
    'a@b.example>,<c@d.example',
    '<@relay.example:a@b.example>',
  ])('%s', (address) => {
    expect(() => parseForwardPath(address)).toThrow(InvalidArgumentError)
    expect(() => parseReversePath(address)).toThrow(InvalidArgumentError)
  })
})

describe('STARTTLS response injection', () => {
  test('a reply behind the 220, in one read or the next, never reaches the session behind TLS', () => {
    const text = '220 go\r\n250-evil.example\r\n250 AUTH PLAIN\r\n'
    for (let split = 0; split <= text.length; split += 1) {
      const connection = connectionIn('ready')
      connection.send({ verb: 'STARTTLS' })
      drain(connection)
      connection.receiveBytes(utf8.encode(text.slice(0, split)))
      const outputs = drain(connection)
      const requested = outputs.some(({ type }) => type === 'StartTlsRequested')
      const rest = utf8.encode(text.slice(split))
      if (requested) {
        // A driver has no read pending here; one that has is refused, and nothing is kept for later.
        expect(() => connection.receiveBytes(rest)).toThrow()
        connection.tlsEstablished()
        expect(connection).toMatchObject({ state: 'greeted', bufferedBytes: 0 })
        expect(connection.capabilities.keywords).toEqual([])
      } else {
        connection.receiveBytes(rest)
        outputs.push(...drain(connection))
        expect(outputs.at(-1)).toMatchObject({ error: { violation: 'BYTES_BEHIND_STARTTLS' } })
      }
    }
  })
})

describe('STARTTLS stripping', () => {
  test('no session without TLS unless the caller asks for one', async () => {
    const server = new MemoryServer({ keywords: ['AUTH PLAIN'] })
    const auth = { user: 'ann', pass: 'secret' }
    const opening = SmtpClient.over(server, {
      clientName: 'bar.example',
      tlsOptions: { serverName: 'x.example' },
      auth,
    })
    await expect(opening).rejects.toBeInstanceOf(NotSupportedError)
    expect(server.lines).toEqual(['EHLO bar.example', 'QUIT'])
  })

  test('opportunistic TLS never authenticates in clear', async () => {
    const server = new MemoryServer({ keywords: ['AUTH PLAIN LOGIN'] })
    const opening = SmtpClient.over(server, {
      clientName: 'bar.example',
      tls: 'opportunistic',
      tlsOptions: { serverName: 'x.example' },
      auth: { user: 'ann', pass: 'secret' },
    })
    await expect(opening).rejects.toBeInstanceOf(NotSupportedError)
    expect(server.lines).toEqual(['EHLO bar.example', 'QUIT'])
  })
})

describe('capabilities lost where a reply is split over two reads', () => {
  test('STARTTLS is seen at every split', () => {
    const text = '250-foo.example\r\n250-SIZE 10\r\n250-STARTTLS\r\n250 HELP\r\n'
    for (let split = 0; split <= text.length; split += 1) {
      const connection = connectionIn('greeted')
      connection.send({ verb: 'EHLO', domain: 'bar.example' })
      drain(connection)
      connection.receiveBytes(utf8.encode(text.slice(0, split)))
      drain(connection)
      connection.receiveBytes(utf8.encode(text.slice(split)))
      drain(connection)
      expect(connection.can('STARTTLS'), `split at ${split}`).toBe(true)
    }
  })
})

describe('SMTP smuggling by a bare LF or CR around a dot', () => {
  const ends = ['\r\n', '\n', '\r', '\r\r\n', '\n\r', '\n\n', '\r\0\n']
  const messages = ends.flatMap((before) => ends.map((after) => `x${before}.${after}MAIL FROM:<evil@bar.example>`))

  test('the end of the content is where the message ends, at every split', () => {
    for (const message of messages) {
      const bytes = utf8.encode(message)
      for (let split = 0; split <= bytes.length; split += 1) {
        const encoder = new DataEncoder()
        const pieces = [
          encoder.encode(bytes.subarray(0, split)),
          encoder.encode(bytes.subarray(split)),
          encoder.finish(),
        ]
        const wire = pieces.map((piece) => new TextDecoder().decode(piece)).join('')
        expect(wire.indexOf('\r\n.\r\n')).toBe(wire.length - 5)
        expect(wire.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
        expect(
          wire
            .split('\r\n')
            .slice(0, -2)
            .every((line) => !/^\.(?!\.)/.test(line)),
        ).toBe(true)
      }
    }
  })
})

describe('reply flood, endless line, endless continuation', () => {
  const floods: readonly [string, string, string][] = [
    ['an endless line', 'x'.repeat(1024), 'LINE_TOO_LONG'],
    ['an endless continuation', '220-x\r\n'.repeat(128), 'TOO_MANY_LINES'],
    ['a long reply of few lines', `220-${'x'.repeat(8000)}\r\n`, 'REPLY_TOO_LONG'],
    ['replies that nothing asked for', '220 x\r\n'.repeat(128), 'UNSOLICITED_REPLY'],
  ]

  test.each(floods)('%s ends the connection in bounded memory', (_, piece, violation) => {
    const connection = new ClientConnection()
    let outputs = drain(connection)
    for (let i = 0; i < 10_000 && connection.state !== 'failed'; i += 1) {
      connection.receiveBytes(utf8.encode(piece))
      expect(connection.bufferedBytes).toBeLessThan(100_000)
      outputs = drain(connection)
    }
    expect(outputs.at(-1)).toMatchObject({ type: 'Failed', error: { violation } })
  })

  test('a flood that nobody drains is bounded too', () => {
    const connection = new ClientConnection()
    for (let i = 0; i < 100; i += 1) connection.receiveBytes(new Uint8Array(100_000))
    expect(connection.bufferedBytes).toBeLessThanOrEqual(1_048_576)
    expect(drain(connection).at(-1)).toMatchObject({ type: 'Failed' })
  })
})

describe('regex denial of service from an EHLO reply', () => {
  thorough.each([' ', '\t', '=', '-', 'AUTH', 'AUTH=', '250-'])('a line of many %j is read in linear time', (unit) => {
    const decoder = new ReplyDecoder({ maxLineLength: 1e7, maxReplyLines: 10, maxReplyLength: 1e7 })
    decoder.push(utf8.encode(`250-foo\r\n250 AUTH${unit.repeat(1e6 / unit.length)}!\r\n`))
    const reply = decoder.next()
    expect(reply && Capabilities.fromReply(reply).keywords.length).toBeGreaterThan(0)
    expect(reply?.enhancedCode).toBeUndefined()
  })
})

describe('address parser confusion or denial of service', () => {
  thorough.each(['(', '"', '\\"', '<', '@', '.', 'a.', '[', '(a)'])('many %j are refused', (unit) => {
    expect(() => parseForwardPath(unit.repeat(100_000))).toThrow(InvalidArgumentError)
    expect(() => parseForwardPath(`${unit.repeat(100_000)}@b.example`)).toThrow(InvalidArgumentError)
  })

  test.each(['"a@evil.example"@b.example', '"a@evil.example> x"@b.example'])(
    '%s goes to b.example alone',
    (address) => {
      expect(parseForwardPath(address).domain).toBe('b.example')
    },
  )

  test.each(['"a"b@c.example', 'a@b.example (c@d.example)', 'a,b@c.example', 'a@b@c.example'])(
    '%s is refused',
    (address) => {
      expect(() => parseForwardPath(address)).toThrow(InvalidArgumentError)
    },
  )
})

describe('credentials in logs and errors', () => {
  test.each([
    ['accepted', () => undefined],
    ['refused', (line: string) => (line.startsWith('AUTH') ? '535 5.7.8 no' : undefined)],
    ['dropped', (line: string) => (line.startsWith('AUTH') ? '421 4.3.2 bye' : undefined)],
    ['answered by nonsense', (line: string) => (line.startsWith('AUTH') ? '299-x\n200 y' : undefined)],
  ])('they are shown nowhere when %s', async (_, answer) => {
    const auth = { user: 'ann', pass: 'correct horse' }
    const secrets = [auth.pass, Buffer.from('\0ann\0correct horse').toString('base64'), btoa(auth.pass)]
    for (const mechanism of ['PLAIN', 'LOGIN']) {
      const transcript: TranscriptEntry[] = []
      const server = new MemoryServer({ keywords: [`AUTH ${mechanism}`], answer })
      const outcome = await SmtpClient.over(server, {
        clientName: 'bar.example',
        tls: 'off',
        allowInsecureAuth: true,
        auth,
        onTranscript: (entry) => transcript.push(entry),
      }).catch((error) => error)
      expect(transcript.some(({ text }) => text === `AUTH ${mechanism} [credentials]`)).toBe(true)
      const shown = [transcript, outcome].map((each) => inspect(each, { depth: 9, showHidden: true })).join('\n')
      for (const secret of secrets) expect(shown).not.toContain(secret)
    }
  })
})

describe('REQUIRETLS dropped silently', () => {
  test('a parameter whose extension is not offered is an error before MAIL', () => {
    const connection = connectionIn('ready')
    const mail = { verb: 'MAIL', from: 'a@bar.example', parameters: { REQUIRETLS: true } } as const
    expect(() => connection.send(mail)).toThrow(NotSupportedError)
    expect(drain(connection)).toEqual([])
  })
})

describe('mail sent twice by a blind retry after DATA', () => {
  test('a connection that dies behind the content is reported as unknown, and nothing is sent again', async () => {
    const options = {
      cutAfterSent: Number.POSITIVE_INFINITY,
      content: () => {
        options.cutAfterSent = 0
        return '250 ok'
      },
    }
    const server = new MemoryServer(options)
    const client = await SmtpClient.over(server, { clientName: 'bar.example', tls: 'off' })
    const report = await client.deliver(delivery)
    expect(report.recipients.map(({ status }) => status)).toEqual(['unknown'])
    expect(server.contents).toHaveLength(1)
  })
})

describe('content executed as commands, where a server does not discard it', () => {
  test('no content leaves before a recipient is accepted', async () => {
    const server = new MemoryServer({ answer: (line) => (line.startsWith('RCPT') ? '550 5.1.1 no' : undefined) })
    const client = await SmtpClient.over(server, { clientName: 'bar.example', tls: 'off' })
    await client.deliver({ ...delivery, message: 'RSET\r\nMAIL FROM:<evil@bar.example>\r\n' })
    expect(server.contents).toEqual([])
    expect(server.lines).not.toContain('MAIL FROM:<evil@bar.example>')
  })
})

describe('lost or shifted replies', () => {
  test('one reply too many is fatal rather than taken for the next one', () => {
    const connection = connectionIn('rcpt')
    connection.send({ verb: 'NOOP' })
    drain(connection)
    const outputs = feed(connection, '250 ok', '250 one too many')
    expect(outputs.at(-1)).toMatchObject({ type: 'Failed', error: { violation: 'UNSOLICITED_REPLY' } })
  })

  test('an acceptance ahead of the content is never called accepted', () => {
    const connection = connectionIn('data')
    expect(feed(connection, '250 stored')).toMatchObject([
      { type: 'CloseRequested' },
      { type: 'Failed', error: expect.any(RemoteProtocolError), delivery: 'unknown' },
    ])
  })

  test('one reply too few runs into the timeout of what is missing', () => {
    const connection = connectionIn('dataSent')
    expect(connection.timeout?.phase).toBe('termination')
    connection.handleTimeout()
    expect(drain(connection).at(-1)).toMatchObject({ type: 'Failed', delivery: 'unknown' })
  })
})
