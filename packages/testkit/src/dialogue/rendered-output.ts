import {
  type Capabilities,
  type Output,
  RemoteProtocolError,
  type Reply,
  type SmtpError,
  TimeoutError,
} from '@sansmtp/core'

/** An output as one line, for comparing and for reading. */
export function renderOutput(output: Output): string {
  switch (output.type) {
    case 'GreetingReceived':
      return `greeting ${rendered(output.reply)}`
    case 'ReplyReceived': {
      const recipient = output.recipient === undefined ? '' : ` for recipient ${output.recipient}`
      return `reply ${output.exchange} ${rendered(output.reply)}${recipient}`
    }
    case 'CommandSkipped':
      return `skipped ${output.exchange}`
    case 'CapabilitiesChanged':
      return `capabilities ${offered(output.capabilities)}`.trimEnd()
    case 'ServerClosing':
      return `server closing ${rendered(output.reply)} ${output.delivery}`
    case 'Failed':
      return `failed ${fault(output.error)} ${output.delivery}`
    case 'BodyRequested':
      return 'body requested'
    case 'StartTlsRequested':
      return 'TLS requested'
    case 'CloseRequested':
      return 'close requested'
    case 'Closed':
      return 'closed'
    case 'SendBytes':
      return `send ${output.bytes.length} octets`
  }
}

function rendered({ code, enhancedCode }: Reply): string {
  return enhancedCode === undefined ? `${code}` : `${code} ${enhancedCode}`
}

function offered(capabilities: Capabilities): string {
  return capabilities.keywords
    .map((keyword) => [keyword, ...(capabilities.parameters(keyword) ?? [])].join(' '))
    .join(', ')
}

function fault(error: SmtpError): string {
  if (error instanceof RemoteProtocolError) return `${error.code} ${error.violation}`
  return error instanceof TimeoutError ? `${error.code} ${error.phase}` : error.code
}
