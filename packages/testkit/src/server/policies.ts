import type { CommandMoment, Moment, Policy, PolicyAnswer } from './policy.ts'

/** Whom a policy is about: a path without angle brackets, or a test of one. */
export type Who = string | ((path: string) => boolean)

/** The first of the policies that has an answer decides. */
export function firstOf(...policies: readonly Policy[]): Policy {
  return (moment) => {
    for (const policy of policies) {
      const answer = policy(moment)
      if (answer !== undefined) return answer
    }
    return undefined
  }
}

/** The policy decides in one transaction alone, counted from 0: that of the last MAIL. */
export function inTransaction(index: number, policy: Policy): Policy {
  return (moment) => (moment.session.transactions.length - 1 === index ? policy(moment) : undefined)
}

/** The policy decides about the n-th command of the connection alone, counted from 0. */
export function atCommand(index: number, policy: Policy): Policy {
  return (moment) =>
    moment.type === 'command' && moment.session.commands.length - 1 === index ? policy(moment) : undefined
}

/** That answer, whatever comes. */
export function always(answer: PolicyAnswer): Policy {
  return () => answer
}

/** Greets with that, such as `554 5.3.2 no mail here`. */
export function greet(answer: PolicyAnswer): Policy {
  return (moment) => (moment.type === 'greeting' ? answer : undefined)
}

/** Answers a verb with that. */
export function answerTo(verb: string, answer: PolicyAnswer | ((moment: CommandMoment) => PolicyAnswer)): Policy {
  return (moment) => {
    if (moment.type !== 'command' || moment.verb !== verb.toUpperCase()) return undefined
    return typeof answer === 'function' ? answer(moment) : answer
  }
}

/** Refuses a recipient for good. */
export function refuseRecipient(who: Who, answer: PolicyAnswer = '550 5.1.1 no such user'): Policy {
  return answerTo('RCPT', (moment) => (isAbout(who, moment) ? answer : undefined))
}

/** Refuses a recipient for now. */
export function deferRecipient(who: Who, answer: PolicyAnswer = '451 4.7.1 try again later'): Policy {
  return refuseRecipient(who, answer)
}

/** Refuses DATA, and every BDAT and BURL. */
export function refuseData(answer: PolicyAnswer = '554 5.7.1 not here'): Policy {
  return firstOf(...['DATA', 'BDAT', 'BURL'].map((verb) => answerTo(verb, answer)))
}

/** Refuses one piece of each message, BDAT or BURL, counted from 0. */
export function refuseChunk(index: number, answer: PolicyAnswer = '452 4.3.1 no room for more'): Policy {
  const refuse = ({ session }: CommandMoment) =>
    session.transactions.at(-1)?.chunks.length === index ? answer : undefined
  return firstOf(answerTo('BDAT', refuse), answerTo('BURL', refuse))
}

/** 354 to DATA although no recipient was accepted, which RFC 2920 §3.1 allows. */
export function askForContentOfNobody(): Policy {
  return answerTo('DATA', ({ session }) => (session.state === 'mail' ? 354 : undefined))
}

/** Refuses the content once it is in: for all, or with LMTP and PRDR for each recipient. */
export function refuseContent(answer: PolicyAnswer = '554 5.6.0 not liked'): Policy {
  return (moment) => (moment.type === 'content' ? answer : undefined)
}

/** LMTP and PRDR: refuses the content for one recipient (RFC 2033 §4.2). */
export function refuseContentFor(who: Who, answer: PolicyAnswer = '552 5.2.2 mailbox full'): Policy {
  return (moment) => (moment.type === 'content' && isAbout(who, moment) ? answer : undefined)
}

/** PRDR: refuses the content in the reply that stands for all, whatever was said to each recipient. */
export function refuseOverall(answer: PolicyAnswer = '554 5.6.0 not liked'): Policy {
  return (moment) => (moment.type === 'content' && moment.overall ? answer : undefined)
}

/** Where something happens: at the greeting, once content is in, before the replies of PRDR, or when a verb comes. */
export type Place = 'greeting' | 'content' | 'prdr' | (string & {})

/** Closes without a word. */
export function dropAt(place: Place): Policy {
  return at(place, 'close')
}

/** Says nothing, and waits. */
export function silentAt(place: Place): Policy {
  return at(place, 'silence')
}

/** Says 421 and closes (RFC 5321 §3.8). */
export function shutDownAt(place: Place, answer: PolicyAnswer = '421 4.3.2 shutting down'): Policy {
  return at(place, answer)
}

/** Takes the message, and closes before the client is told: what makes a delivery unknown. */
export function acceptAndDrop(): Policy {
  return (moment) => {
    if (moment.type !== 'content') return undefined
    // With PRDR a recipient's reply does not say yet that the message is taken.
    const early = moment.session.protocol === 'smtp' && moment.recipient !== undefined
    return { code: 250, unsaid: true, close: !early }
  }
}

/** Sends one challenge after another, whatever the client responds. */
export function challengeForEver(challenge = 'bW9yZQ=='): Policy {
  const answer = { code: 334, lines: challenge }
  return firstOf(answerTo('AUTH', answer), answerTo('AUTH-RESPONSE', answer))
}

function at(place: Place, answer: PolicyAnswer): Policy {
  if (place === 'greeting') return greet(answer)
  if (place === 'prdr') return (moment) => (moment.type === 'prdr' ? answer : undefined)
  return place === 'content' ? refuseContent(answer) : answerTo(place, answer)
}

function isAbout(who: Who, moment: Moment): boolean {
  const path = 'path' in moment ? moment.path : undefined
  return path !== undefined && (typeof who === 'string' ? path === who : who(path))
}
