import { createHash, createHmac, pbkdf2Sync } from 'node:crypto'
import { policies, type ServerConnectionOptions } from '@sansmtp/testkit'
import { describe, expect, test } from 'vitest'
import { session } from './support/conversation.ts'

const users = { ann: 'secret', 'a=b,c': 'x', ännä: 'ﬁ' }
const channelBindings = { 'tls-exporter': Uint8Array.of(1, 2, 3) }
const base64 = (text: string | Uint8Array) => Buffer.from(text).toString('base64')
const text = (challenge: string | undefined) => Buffer.from((challenge ?? '').slice(4), 'base64').toString()
const xor = (one: Uint8Array, other: Uint8Array) => one.map((octet, i) => octet ^ (other[i] as number))

const hashes = { 'SCRAM-SHA-1': 'sha1', 'SCRAM-SHA-256': 'sha256', 'SCRAM-SHA-512': 'sha512' } as const
type Name = keyof typeof hashes
const names = Object.keys(hashes) as Name[]

function offering(AUTH: readonly string[], more: ServerConnectionOptions = {}) {
  return session({ users, scramIterations: 5, extensions: { AUTH }, ...more })
}

/** What a client says last, and what the server must say to it, from RFC 5802 §3. */
function proofs(hash: string, password: string, serverFirst: string, bare: string, withoutProof: string) {
  const [, salt = '', iterations = ''] = /,s=([^,]+),i=(\d+)$/.exec(serverFirst) ?? []
  const length = createHash(hash).digest().length
  const salted = pbkdf2Sync(password, Buffer.from(salt, 'base64'), Number(iterations), length, hash)
  const hmac = (key: Uint8Array, message: string) => createHmac(hash, key).update(message).digest()
  const clientKey = hmac(salted, 'Client Key')
  const authMessage = `${bare},${serverFirst},${withoutProof}`
  const signature = hmac(createHash(hash).update(clientKey).digest(), authMessage)
  const verifier = `v=${base64(hmac(hmac(salted, 'Server Key'), authMessage))}`
  return { proof: base64(xor(clientKey, signature)), verifier }
}

interface Client {
  readonly name?: string
  readonly header?: string
  readonly bare?: string
  readonly password?: string
  readonly binding?: Uint8Array
  /** The last message, made something else of. */
  readonly changed?: (final: string) => string
  /** What is said to the server's proof. */
  readonly last?: string
}

/** An exchange by hand: the codes of the replies, and whether the server has proven itself. */
function exchange(conversation: ReturnType<typeof offering>, client: Client) {
  const { name = 'SCRAM-SHA-256', header = 'n,,', bare = 'n=ann,r=abc', password = 'secret' } = client
  const { binding = new Uint8Array(0), changed = (final) => final, last = '' } = client
  const [challenge] = conversation.say(`AUTH ${name} ${base64(header + bare)}`)
  if (!challenge?.startsWith('334')) return { codes: [Number(challenge?.slice(0, 3))], user: conversation.server.user }
  const serverFirst = text(challenge)
  const withoutProof = `c=${base64(Buffer.concat([Buffer.from(header), binding]))},r=${/^r=([^,]+)/.exec(serverFirst)?.[1]}`
  const hash = hashes[name.replace('-PLUS', '') as Name]
  const { proof, verifier } = proofs(hash, password, serverFirst, bare, withoutProof)
  const [answer] = conversation.say(base64(changed(`${withoutProof},p=${proof}`)))
  if (!answer?.startsWith('334')) return { codes: [334, Number(answer?.slice(0, 3))], user: conversation.server.user }
  expect(text(answer)).toBe(verifier)
  return { codes: [334, 334, ...conversation.codes(last)], user: conversation.server.user }
}

describe('SCRAM', () => {
  test.each(names)('%s lets in who proves it', (name) => {
    const conversation = offering([name])
    expect(exchange(conversation, { name })).toEqual({ codes: [334, 334, 235], user: 'ann' })
    expect(conversation.violations).toEqual([])
  })

  test.each<[string, Client, string | undefined]>([
    ['as oneself', { header: 'n,a=ann,' }, 'ann'],
    ['as another', { header: 'n,a=bob,' }, undefined],
    ['with a wrong password', { password: 'guess' }, undefined],
    ['with an unknown user', { bare: 'n=bob,r=abc' }, undefined],
    ['with commas and equals signs', { bare: 'n=a=3Db=2Cc,r=abc', password: 'x' }, 'a=b,c'],
    ['with an equals sign as it is', { bare: 'n=a=b,r=abc', password: 'x' }, undefined],
    ['in UTF-8, prepared', { bare: 'n=ännä,r=abc', password: 'fi' }, 'ännä'],
    ['by who could bind', { header: 'y,,' }, 'ann'],
    ['bound, without being asked', { header: 'p=tls-exporter,,' }, undefined],
    ['with a message that is none', { bare: 'ann' }, undefined],
    ['with an extension that must be known', { bare: 'm=x,n=ann,r=abc' }, undefined],
    ['with a proof that is none', { changed: () => 'secret' }, undefined],
    ['with another nonce', { changed: (final) => final.replace(/,r=/, ',r=x') }, undefined],
    ['with another header in the end', { changed: (final) => final.replace('c=biws', 'c=eSws') }, undefined],
    ['with a changed proof', { changed: (final) => final.replace(/p=../, 'p=AA') }, undefined],
  ])('%s', (_, client, user) => {
    const conversation = offering(['SCRAM-SHA-256'])
    const { codes, user: come } = exchange(conversation, client)
    expect([come, codes.at(-1)]).toEqual([user, user === undefined ? 535 : 235])
    expect(conversation.server.state).toBe('ready')
  })

  test('speaks second, whether the first message comes with the command or not', () => {
    const conversation = offering(['SCRAM-SHA-256'])
    expect(conversation.say('AUTH SCRAM-SHA-256')).toEqual(['334 '])
    expect(text(conversation.say(base64('n,,n=ann,r=abc'))[0])).toMatch(/^r=abc-.*,s=.*,i=5$/)
  })

  test('asks for 4096 iterations unless told otherwise', () => {
    const conversation = session({ users, extensions: { AUTH: ['SCRAM-SHA-1'] } })
    expect(text(conversation.say(`AUTH SCRAM-SHA-1 ${base64('n,,n=ann,r=abc')}`)[0])).toMatch(/,i=4096$/)
  })

  test('wants nothing behind its own proof', () => {
    const conversation = offering(['SCRAM-SHA-256'])
    expect(exchange(conversation, { last: 'QQ==' })).toEqual({ codes: [334, 334, 535], user: undefined })
  })

  test('a policy may let in anybody by it', () => {
    const open = offering(['SCRAM-SHA-256'], { policy: policies.answerTo('AUTH', 235) })
    open.say(`AUTH SCRAM-SHA-256 ${base64('n,,n=e=3Dve,r=abc')}`)
    expect(open.server.user).toBe('e=ve')
    const odd = offering(['SCRAM-SHA-256'], { policy: policies.answerTo('AUTH', 235) })
    odd.say(`AUTH SCRAM-SHA-256 ${base64('?')}`)
    expect(odd.server.user).toBe('')
  })
})

describe('SCRAM bound to TLS', () => {
  const offered = ['SCRAM-SHA-256', 'SCRAM-SHA-256-PLUS']
  const exporter = channelBindings['tls-exporter']

  test.each<[string, Client, string | undefined]>([
    ['as it should be', { name: 'SCRAM-SHA-256-PLUS', header: 'p=tls-exporter,,', binding: exporter }, 'ann'],
    [
      'to another connection',
      { name: 'SCRAM-SHA-256-PLUS', header: 'p=tls-exporter,,', binding: Uint8Array.of(9) },
      undefined,
    ],
    ['by a type that it does not know', { name: 'SCRAM-SHA-256-PLUS', header: 'p=tls-unique,,' }, undefined],
    ['not at all, though its name says so', { name: 'SCRAM-SHA-256-PLUS' }, undefined],
    ['not, by who can’t', {}, 'ann'],
    ['not, by who could and saw no offer', { header: 'y,,' }, undefined],
  ])('%s', (_, client, user) => {
    expect(exchange(offering(offered, { channelBindings }), client).user).toBe(user)
  })
})

describe('a token', () => {
  const tokens = { ann: 'fresh', 'a,b': 'other' }
  const extensions = { AUTH: ['XOAUTH2', 'OAUTHBEARER'] }
  const google = (user: string, token: string) => base64(`user=${user}\x01auth=Bearer ${token}\x01\x01`)
  const rfc7628 = (name: string, token: string, fields = '') =>
    base64(`n,a=${name},\x01${fields}auth=Bearer ${token}\x01\x01`)

  test.each([
    ['XOAUTH2', [`AUTH XOAUTH2 ${google('ann', 'fresh')}`], [235], 'ann'],
    ['XOAUTH2 when asked', ['AUTH XOAUTH2', google('ann', 'fresh')], [334, 235], 'ann'],
    ['XOAUTH2 that is stale', [`AUTH XOAUTH2 ${google('ann', 'old')}`, ''], [334, 535], undefined],
    ['XOAUTH2 of nobody', [`AUTH XOAUTH2 ${google('bob', 'fresh')}`, ''], [334, 535], undefined],
    ['XOAUTH2 that is none', [`AUTH XOAUTH2 ${base64('fresh')}`, ''], [334, 535], undefined],
    ['OAUTHBEARER', [`AUTH OAUTHBEARER ${rfc7628('ann', 'fresh')}`], [235], 'ann'],
    ['OAUTHBEARER when asked', ['AUTH OAUTHBEARER', rfc7628('a=2Cb', 'other')], [334, 235], 'a,b'],
    ['OAUTHBEARER with more', [`AUTH OAUTHBEARER ${rfc7628('ann', 'fresh', 'host=h\x01port=25\x01')}`], [235], 'ann'],
    ['OAUTHBEARER that is stale', [`AUTH OAUTHBEARER ${rfc7628('ann', 'old')}`, 'AQ=='], [334, 535], undefined],
    ['OAUTHBEARER that is none', [`AUTH OAUTHBEARER ${base64('fresh')}`, 'AQ=='], [334, 535], undefined],
  ] as const)('by %s', (_, lines, codes, user) => {
    const conversation = session({ tokens, extensions })
    expect(conversation.codes(...lines)).toEqual(codes)
    expect([conversation.server.user, conversation.violations]).toEqual([user, []])
  })

  test('that is stale is told to be so in JSON', () => {
    const conversation = session({ tokens, extensions })
    expect(text(conversation.say(`AUTH XOAUTH2 ${google('ann', 'old')}`)[0])).toBe('{"status":"401"}')
    conversation.say('')
    expect(text(conversation.say(`AUTH OAUTHBEARER ${rfc7628('ann', 'old')}`)[0])).toBe('{"status":"invalid_token"}')
  })
})
