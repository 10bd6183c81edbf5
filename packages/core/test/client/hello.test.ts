import { LmtpClient } from '@sansmtp/core/client'
import { describe, expect, test } from 'vitest'
import { answering, errorOf, lmtp, scripted, smtp } from './connected.ts'

describe('the greeting of the client', () => {
  test('makes known what the server offers now, and forgets what it offered', async () => {
    const { client, answers } = await scripted()
    expect(client.capabilities.has('SIZE')).toBe(true)
    answers['EHLO again.example'] = '250-memory.example\n250 DSN'
    await client.ehlo('again.example')
    expect(client.capabilities.keywords).toEqual(['DSN'])
    answers['EHLO again.example'] = '550 5.7.1 no'
    await client.ehlo('again.example')
    expect(client.capabilities.keywords).toEqual(['DSN'])
    await client.helo()
    expect(client.capabilities.keywords).toEqual([])
    expect(client.capabilities.extended).toBe(false)
  })

  test('is LHLO in LMTP, which has no other', async () => {
    const { client, said } = await lmtp()
    expect(await client.ehlo('other.example')).toMatchObject({ code: 250 })
    expect('helo' in LmtpClient.prototype).toBe(false)
    for (const verb of ['EHLO', 'HELO']) {
      expect(await errorOf(client.command(verb, 'bar.example'))).toMatchObject({
        code: 'LOCAL_PROTOCOL',
        command: verb,
      })
    }
    expect(said()).toEqual(['LHLO other.example'])
  })

  test('is EHLO in SMTP, which has no LHLO', async () => {
    const { client, said } = await smtp()
    expect(await errorOf(client.command('LHLO', 'bar.example'))).toMatchObject({ code: 'LOCAL_PROTOCOL' })
    expect(said()).toEqual([])
  })
})

describe('ehloOrHeloIfNeeded', () => {
  test('says nothing where the session is open already, by EHLO or HELO', async () => {
    const { client, said } = await smtp()
    await client.ehloOrHeloIfNeeded()
    await client.helo()
    await client.ehloOrHeloIfNeeded()
    expect(said()).toEqual(['HELO bar.example'])
  })

  test('says EHLO, and no more where that is accepted', async () => {
    const { client, said } = await smtp({}, { stepwise: true })
    expect(await client.ehloOrHeloIfNeeded()).toBe(undefined)
    await client.ehloOrHeloIfNeeded()
    expect(said()).toEqual(['EHLO bar.example'])
    expect(client.capabilities.has('SIZE')).toBe(true)
  })

  test.each([450, 500, 501, 502, 504, 550, 554])('says HELO where EHLO is answered %i', async (code) => {
    const { client, said } = await smtp({ answer: answering({ EHLO: `${code} no` }) }, { stepwise: true })
    await client.ehloOrHeloIfNeeded()
    expect(said()).toEqual(['EHLO bar.example', 'HELO bar.example'])
    await client.ehloOrHeloIfNeeded()
    expect(said()).toEqual([])
    expect([client.connected, client.capabilities.extended]).toEqual([true, false])
  })

  test('throws what HELO is refused with, and the session is there to be tried again', async () => {
    const { client, said, answers } = await scripted({}, { stepwise: true })
    Object.assign(answers, { EHLO: '500 what', HELO: '550 5.7.1 no' })
    const error = await errorOf(client.ehloOrHeloIfNeeded())
    expect(error).toMatchObject({ code: 'HELO', replyCode: 550, enhancedCode: '5.7.1', permanent: true })
    delete answers['HELO']
    await client.ehloOrHeloIfNeeded()
    expect(said()).toEqual(['EHLO bar.example', 'HELO bar.example', 'EHLO bar.example', 'HELO bar.example'])
  })

  test('says no HELO after a 421', async () => {
    const { client, said } = await smtp({ answer: answering({ EHLO: '421 no' }) }, { stepwise: true })
    expect(await errorOf(client.ehloOrHeloIfNeeded())).toMatchObject({ code: 'HELO', replyCode: 421, transient: true })
    expect(said()).toEqual(['EHLO bar.example'])
    expect(client.connected).toBe(false)
  })

  test('says no HELO in LMTP', async () => {
    const { client, said } = await lmtp({ answer: answering({ LHLO: '500 what' }) }, { stepwise: true })
    expect(await errorOf(client.ehloOrHeloIfNeeded())).toMatchObject({ code: 'HELO', replyCode: 500 })
    expect(said()).toEqual(['LHLO bar.example'])
  })
})
