import { expect, it } from 'vitest'
import { MarkedMessage } from '../marked-message.ts'
import { addresses, from, type Subject } from './subject.ts'

/** Codes, and for HELP the text, in which servers differ. */
export interface Answers {
  readonly vrfy: number
  readonly vrfyUnknown: number
  readonly expn: number
  readonly help: RegExp
}

/** Each command sent by itself has its own answer, and leaves the session fit for the next. */
export function itAnswersCommands({ server, connect, answers }: Subject & { readonly answers: Answers }): void {
  it('answers questions, and takes a message after them', async () => {
    const marked = new MarkedMessage({ body: 'after all\r\n' })
    await using client = await connect()
    expect(client.greeting.code).toBe(220)
    const replies = {
      noop: await client.noop(),
      vrfy: await client.vrfy('"B, Foo" <ok@example.test>'),
      verify: await client.verify('ok@example.test'),
      vrfyUnknown: await client.vrfy('unknown@example.test'),
      expn: await client.expn('ok@example.test'),
      rset: await client.rset(),
      unknown: await client.command('XYZZY', 'plugh'),
      noopAgain: await client.command('NOOP'),
    }
    const codes = Object.fromEntries(Object.entries(replies).map(([name, { code }]) => [name, code]))
    expect(codes).toEqual({
      noop: 250,
      vrfy: answers.vrfy,
      verify: answers.vrfy,
      vrfyUnknown: answers.vrfyUnknown,
      expn: answers.expn,
      rset: 250,
      unknown: 500,
      noopAgain: 250,
    })
    expect(await client.help()).toMatch(answers.help)
    const report = await client.deliver({ from, to: addresses('ok'), message: marked.message })
    expect(report.recipients).toMatchObject([{ status: 'accepted' }])
    await server.waitForMessage('ok', marked.mark)
  })

  it('takes a message command by command', async () => {
    const marked = new MarkedMessage({ body: '.by hand\r\n' })
    await using client = await connect()
    expect(await client.mail('"B, Foo" <sender@example.test>')).toMatchObject({ code: 250 })
    expect(await client.rset()).toMatchObject({ code: 250 })
    expect(await client.mail(from)).toMatchObject({ code: 250 })
    expect(await client.rcpt('Unknown <unknown@example.test>')).toMatchObject({ code: 550 })
    for (const address of addresses('ok2', 'ok')) expect(await client.rcpt(address)).toMatchObject({ code: 250 })
    const replies = [await client.data(marked.message)].flat()
    expect(new Set(replies.map(({ code }) => code))).toEqual(new Set([250]))
    for (const name of ['ok', 'ok2']) {
      const { message } = marked.find(await server.waitForMessage(name, marked.mark))
      expect(message).toBe(marked.storedWith(server.storedLineEnd))
    }
    expect(await client.quit()).toMatchObject({ code: 221 })
    await expect(client.noop()).rejects.toMatchObject({ code: 'NOT_CONNECTED' })
  })
}
