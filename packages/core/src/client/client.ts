import { RecipientsRefusedError, type RefusedRecipient } from '../errors/index.ts'
import { envelopeFromHeader } from '../message/index.ts'
import { type Envelope, type GivenAddresses, sendMail, sevenBitReason } from '../session/index.ts'
import type { Reply } from '../wire/index.ts'
import { addressList, recipientsOf, senderOf } from './addresses.ts'
import type { CallOptions } from './call-options.ts'
import { checked } from './checked.ts'
import { abortSignal } from './connect-options.ts'
import { type ContentSource, contentSource, type Message, requireNoUrls, sevenBitOnly } from './content-source.ts'
import { DeliveringClient } from './delivering-client.ts'
import { type EsmtpOptions, parametersOf } from './esmtp-options.ts'
import { messageContent } from './message-content.ts'
import * as z from './schema.ts'
import type { Run } from './session-client.ts'
import { unlessAborted } from './unless-aborted.ts'

/** Options of `sendMail`. */
export interface SendMailOptions extends CallOptions {
  /** ESMTP parameters for MAIL. A server that knows no extensions is not told those that it can do without. */
  readonly mailOptions?: EsmtpOptions
  /** ESMTP parameters for every RCPT. */
  readonly rcptOptions?: EsmtpOptions
}

/** Options of `sendMessage`. */
export interface SendMessageOptions extends SendMailOptions {
  /** The reverse-path, in place of the header's sender. */
  readonly from?: string
  /** The recipients, in place of the header's. */
  readonly to?: string | readonly string[]
}

const parameters = z.optional(z.unchecked<EsmtpOptions>())
const sendMailFields = { mailOptions: parameters, rcptOptions: parameters, signal: abortSignal }
const sendMailOptions = z.strictObject(sendMailFields)
const sendMessageOptions = z.strictObject({
  ...sendMailFields,
  from: z.optional(z.string('must be a string')),
  to: z.optional(z.unchecked<string | readonly string[]>()),
})

/** A client: the truth about each recipient by `deliver`, smtplib's ways to send, and every command by itself. */
export class Client extends DeliveringClient {
  /**
   * Sends a message as smtplib's `sendmail` does. Line endings are made CRLF and dots stuffed; nothing else is touched.
   *
   * @param from an address, with or without a display name; an empty text is the null reverse-path (RFC 5321 §4.5.5)
   * @param to one address or several; the same twice is two recipients
   * @returns the recipients whom the server refused, none if all is well; somebody was accepted
   * @throws {SenderRefusedError} {@link RecipientsRefusedError} {@link DataError} when nobody was sent the message; the
   * session goes on, unless the reply was 421
   * @throws {HeloError} {@link NotSupportedError} {@link InvalidArgumentError} before MAIL is sent
   * @throws {ServerDisconnectedError} and other errors that end a connection; `delivery` says whether the message may
   * have been accepted. (`deliver` says it of each recipient.)
   */
  async sendMail(
    from: string,
    to: string | readonly string[],
    message: Message,
    options: SendMailOptions = {},
  ): Promise<readonly RefusedRecipient<Reply>[]> {
    const { signal, ...given } = checked(sendMailOptions, options, 'options')
    const addresses = addressList(to)
    const envelope = envelopeOf(from, addresses, given)
    const content = requireNoUrls(contentSource(message))
    try {
      return await this.queue(signal, (run) => this.#send(run, envelope, { from, to: addresses }, content))
    } finally {
      content.cancel()
    }
  }

  /**
   * Sends a message whose header says from whom and to whom it goes (RFC 5322 §3.6): from `Sender` or else `From`, to
   * `To`, `Cc` and `Bcc`; of a message that is resent, from and to what its `Resent-` fields say. `Bcc` and
   * `Resent-Bcc` are not transmitted; nothing else is touched.
   *
   * @returns as `sendMail`
   * @throws {InvalidArgumentError} when the header is malformed, has no sender, or is resent more than once; else as
   * `sendMail`
   */
  async sendMessage(message: Message, options: SendMessageOptions = {}): Promise<readonly RefusedRecipient<Reply>[]> {
    const { signal, from, to, ...given } = checked(sendMessageOptions, options, 'options')
    const addresses = to === undefined ? undefined : addressList(to)
    const source = requireNoUrls(contentSource(message))
    try {
      return await this.queue(signal, async (run) => {
        this.requireConnected()
        const { header, content } = await unlessAborted(signal, messageContent(message, source))
        const addressed = envelopeFromHeader(header.fields, { from, to: addresses })
        const envelope = envelopeOf(addressed.from, addressed.to, given)
        return await this.#send(run, envelope, addressed, content)
      })
    } finally {
      source.cancel()
    }
  }

  async #send(
    run: Run,
    envelope: Envelope,
    given: GivenAddresses,
    content: ContentSource,
  ): Promise<readonly RefusedRecipient<Reply>[]> {
    this.requireConnected()
    if (envelope.to.length === 0) throw new RecipientsRefusedError([])
    await this.establish(run)
    const announced = { ...envelope, ...content.survey }
    const fit = this.#fit(content, announced)
    return await run((connection) => sendMail(connection, announced, given), { content: fit })
  }

  /** Of a stream nothing is known before it is read. */
  #fit(content: ContentSource, envelope: Envelope): ContentSource {
    const reason = sevenBitReason({ ...envelope, ...content.survey }, this.capabilities)
    return reason === undefined ? content : sevenBitOnly(content, () => reason)
  }
}

interface GivenParameters {
  readonly mailOptions?: EsmtpOptions | undefined
  readonly rcptOptions?: EsmtpOptions | undefined
}

function envelopeOf(from: string, to: readonly string[], { mailOptions, rcptOptions }: GivenParameters): Envelope {
  return {
    from: senderOf(from),
    to: recipientsOf(to),
    mailParameters: parametersOf(mailOptions, 'mailOptions'),
    rcptParameters: parametersOf(rcptOptions, 'rcptOptions'),
  }
}
