import { SmtpClient } from '@sansmtp/core/client'
import { describe, expect, test } from 'vitest'
import { MemoryServer } from '../support/memory-server.ts'

const clientOf = async (keywords: readonly string[]) => {
  const server = new MemoryServer({ keywords })
  return { server, client: await SmtpClient.over(server, { tls: 'off' }) }
}

describe.each(['vrfy', 'expn'] as const)('%s beyond US-ASCII', (call) => {
  test('goes with SMTPUTF8 where that is offered', async () => {
    const { server, client } = await clientOf(['SMTPUTF8'])
    await client[call]('jürgen')
    await client[call]('Jürgen <jürgen@bücher.example>')
    await client[call]('ann')
    expect(server.lines.slice(1).map((line) => Buffer.from(line, 'latin1').toString())).toEqual([
      `${call.toUpperCase()} jürgen SMTPUTF8`,
      `${call.toUpperCase()} jürgen@bücher.example SMTPUTF8`,
      `${call.toUpperCase()} ann`,
    ])
  })

  test('is not sent where it is not', async () => {
    const { server, client } = await clientOf(['8BITMIME'])
    await expect(client[call]('jürgen')).rejects.toMatchObject({ code: 'NOT_SUPPORTED', extension: 'SMTPUTF8' })
    expect(server.lines).toHaveLength(1)
  })

  test.each(['jürgen\r\nRSET', ' jürgen', 'jürgen\u2028', 'jürgen\u0085'])('%j is refused', async (argument) => {
    const { server, client } = await clientOf(['SMTPUTF8'])
    await expect(client[call](argument)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', field: 'argument' })
    expect(server.lines).toHaveLength(1)
  })
})
