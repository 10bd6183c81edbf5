import { type CertificateCredentials, mechanisms } from '@sansmtp/core'
import { policies } from '@sansmtp/testkit'
import { describe, expect, test } from 'vitest'
import { ann, attempt, tried } from './authenticated.ts'
import { base64, mechanism } from './started.ts'

const refuseAll = policies.answerTo('AUTH', '535 5.7.8 no')

describe('a client certificate', () => {
  const certified = { client: { tls: { clientCertificate: true } } }
  const external: CertificateCredentials = { external: true }
  const welcome = { policy: policies.answerTo('AUTH', '235 2.7.0 welcome') }
  const offered = ['PLAIN', 'EXTERNAL', 'SCRAM-SHA-256']

  test('is used before any password', () => {
    const { run, said, server } = attempt(offered, certified, welcome)
    expect([run.result.code, tried(said)]).toEqual([235, ['EXTERNAL']])
    expect(server.commands.at(-1)?.line).toBe('AUTH EXTERNAL =')
  })

  test('is used with a token as well, of which nobody is asked then', () => {
    const token = () => {
      throw new Error('asked')
    }
    const { run } = attempt(['EXTERNAL', 'XOAUTH2'], { ...certified, credentials: { user: 'ann', token } }, welcome)
    expect(run.result).toMatchObject({ code: 235 })
  })

  test('is passed over where there is none', () => {
    expect(tried(attempt(offered, {}, { policy: refuseAll }).said)).toEqual(['SCRAM-SHA-256', 'PLAIN'])
  })

  test('can be all that there is', () => {
    const { said } = attempt(offered, { ...certified, credentials: external }, { policy: refuseAll })
    expect(tried(said)).toEqual(['EXTERNAL'])
    const { run } = attempt(['PLAIN'], { ...certified, credentials: external })
    expect(run.error).toMatchObject({ code: 'NOT_SUPPORTED', extension: 'AUTH' })
  })

  test('says whom to act as', () => {
    const credentials = { ...external, authzid: 'bob' }
    const { server } = attempt(offered, { ...certified, credentials }, welcome)
    expect(server.commands.at(-1)?.line).toBe(`AUTH EXTERNAL ${base64('bob')}`)
    const refused = attempt(offered, { ...certified, credentials: { ...external, authzid: 'b\0' } }, welcome)
    expect(refused.run.error).toMatchObject({ code: 'INVALID_ARGUMENT', field: 'auth.authzid' })
  })
})

describe('ANONYMOUS', () => {
  const welcome = { policy: policies.answerTo('AUTH', '235 2.7.0 welcome') }

  test('is never tried unasked', () => {
    expect(mechanisms.map(({ name }) => name)).not.toContain('ANONYMOUS')
    expect(attempt(['ANONYMOUS'], {}, welcome).run.error).toMatchObject({ code: 'NOT_SUPPORTED' })
  })

  test('is tried where the caller names it', () => {
    const named = { mechanisms: [mechanism('ANONYMOUS')] }
    const { run, said } = attempt(['ANONYMOUS'], named, welcome)
    expect([run.result.code, said]).toEqual([235, ['AUTH ANONYMOUS']])
    const asBob = { ...named, credentials: { ...ann, authzid: 'bob' } }
    expect(attempt(['ANONYMOUS'], asBob, welcome).run.error).toMatchObject({ code: 'NOT_SUPPORTED' })
  })
})
