export * from '@sansmtp/core/common'
export { connect } from './connect.ts'
export { LmtpClient } from './lmtp-client.ts'
export { SmtpClient } from './smtp-client.ts'
