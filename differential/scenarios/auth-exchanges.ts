import type { AuthCall, Call } from '../call.ts'
import type { Scenario } from '../scenario.ts'
import { hangsUp } from '../server/answer.ts'
import { cramChallenge, loginAs, offeringAuth, passwordPrompt, userPrompt } from './auth-vocabulary.ts'
import { ehlo, login, noop } from './vocabulary.ts'

const withoutInitial = { initialResponse: false }

function auth(mechanism: string, given: Partial<AuthCall> = {}): Call {
  return { call: 'auth', mechanism, ...given }
}

const asAnn = { user: 'ann', pass: 'secret' }

export const authExchangeScenarios: readonly Scenario[] = [
  offeringAuth(
    'LOGIN: the user name when asked',
    19,
    'LOGIN',
    { AUTH: userPrompt, RESPONSE: [passwordPrompt, '235 welcome'] },
    loginAs('ann', 'secret', withoutInitial),
  ),
  offeringAuth('PLAIN: when asked', 19, 'PLAIN', { AUTH: '334 ' }, loginAs('ann', 'secret', withoutInitial)),
  offeringAuth(
    'LOGIN: the server asks for the user name again',
    19,
    'LOGIN',
    { AUTH: userPrompt, RESPONSE: [passwordPrompt, '235 welcome'] },
    login,
  ),
  offeringAuth('PLAIN: the server asks nevertheless', 19, 'PLAIN', { AUTH: '334 ' }, login),
  offeringAuth('LOGIN: an empty user', 19, 'LOGIN', { AUTH: passwordPrompt }, loginAs('', 'secret')),
  offeringAuth('LOGIN: an empty password', 19, 'LOGIN', { AUTH: passwordPrompt }, loginAs('ann', '')),
  offeringAuth('LOGIN: prompts in other words', 19, 'LOGIN', { AUTH: '334 cGFzc3BocmFzZT8=' }, login),
  offeringAuth('LOGIN: an endless dialogue', 19, 'LOGIN', { AUTH: passwordPrompt, RESPONSE: passwordPrompt }, login),
  offeringAuth('auth: PLAIN', 19, 'PLAIN', {}, ehlo, auth('PLAIN', asAnn), noop),
  offeringAuth('auth: PLAIN in lower case', 19, 'PLAIN', {}, ehlo, auth('plain', asAnn)),
  offeringAuth('auth: LOGIN', 19, 'LOGIN', { AUTH: passwordPrompt }, ehlo, auth('LOGIN', asAnn)),
  offeringAuth(
    'auth: LOGIN when asked',
    19,
    'LOGIN',
    { AUTH: userPrompt, RESPONSE: [passwordPrompt, '235 welcome'] },
    ehlo,
    auth('LOGIN', { ...asAnn, ...withoutInitial }),
  ),
  offeringAuth('auth: CRAM-MD5', 19, 'CRAM-MD5', { AUTH: cramChallenge }, ehlo, auth('cram-md5', asAnn)),
  offeringAuth('auth: refused', 19, 'PLAIN LOGIN', { AUTH: '535 no' }, ehlo, auth('PLAIN', asAnn), noop),
  offeringAuth('auth: before EHLO', 19, 'PLAIN', {}, auth('PLAIN', asAnn)),
  offeringAuth('auth: one that is not offered', 19, 'LOGIN', { AUTH: '504 what' }, ehlo, auth('PLAIN', asAnn), noop),
  offeringAuth('own mechanism: with the command', 19, 'X-OWN', {}, ehlo, auth('X-OWN', { initial: 'hello' }), noop),
  offeringAuth(
    'own mechanism: an empty response with the command',
    19,
    'X-OWN',
    {},
    ehlo,
    auth('X-OWN', { initial: '' }),
    noop,
  ),
  offeringAuth(
    'own mechanism: when asked',
    19,
    'X-OWN',
    { AUTH: '334 aGVsbG8=' },
    ehlo,
    auth('X-OWN', { responses: ['one'] }),
  ),
  offeringAuth(
    'own mechanism: three challenges',
    19,
    'X-OWN',
    { AUTH: '334 MQ==', RESPONSE: ['334 Mg==', '334 Mw==', '235 welcome'] },
    ehlo,
    auth('X-OWN', { responses: ['one', 'two', 'three'] }),
  ),
  offeringAuth(
    'own mechanism: an empty challenge and an empty response',
    19,
    'X-OWN',
    { AUTH: '334 ' },
    ehlo,
    auth('X-OWN', { responses: [''] }),
  ),
  offeringAuth(
    'own mechanism: no initial response though there is one',
    19,
    'X-OWN',
    { AUTH: '334 ' },
    ehlo,
    auth('X-OWN', { initial: 'hello', responses: ['hello'], ...withoutInitial }),
  ),
  offeringAuth(
    'own mechanism: refused',
    19,
    'X-OWN',
    { AUTH: '334 MQ==', RESPONSE: '535 no' },
    ehlo,
    auth('X-OWN', { responses: ['one'] }),
    noop,
  ),
  offeringAuth(
    'own mechanism: five challenges',
    19,
    'X-OWN',
    { AUTH: '334 MQ==', RESPONSE: ['334 Mg==', '334 Mw==', '334 NA==', '334 NQ==', '235 welcome'] },
    ehlo,
    auth('X-OWN', { responses: ['1', '2', '3', '4', '5'] }),
  ),
  offeringAuth(
    'own mechanism: five challenges behind an initial response',
    19,
    'X-OWN',
    { AUTH: '334 MQ==', RESPONSE: ['334 Mg==', '334 Mw==', '334 NA==', '334 NQ==', '235 welcome'] },
    ehlo,
    auth('X-OWN', { initial: '0', responses: ['1', '2', '3', '4', '5'] }),
  ),
  offeringAuth(
    'own mechanism: an endless dialogue',
    19,
    'X-OWN',
    { AUTH: '334 MQ==', RESPONSE: '334 MQ==' },
    ehlo,
    auth('X-OWN', { responses: ['1', '2', '3', '4', '5', '6', '7', '8', '9'] }),
  ),
  offeringAuth(
    'own mechanism: a challenge that is not base64',
    19,
    'X-OWN',
    { AUTH: '334 !', RESPONSE: '501 cancelled' },
    ehlo,
    auth('X-OWN', { responses: ['one'] }),
  ),
  offeringAuth(
    'own mechanism: the server hangs up',
    19,
    'X-OWN',
    { AUTH: '334 MQ==', RESPONSE: hangsUp },
    ehlo,
    auth('X-OWN', { responses: ['one'] }),
    noop,
  ),
]
