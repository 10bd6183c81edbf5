import { ClientConnection, type ClientConnectionOptions } from '@sansmtp/core'
import { DialogueSyntaxError } from './dialogue-errors.ts'

const forms = '@ protocol smtp or lmtp, @ secure, @ limits.NAME N or @ timeouts.PHASE N'

/**
 * The options with what an `@` line sets.
 *
 * @throws {DialogueSyntaxError} when the line sets nothing that there is, or sets it twice
 */
export function withSetting(options: ClientConnectionOptions, text: string, at: number): ClientConnectionOptions {
  const set = settingOf(text)
  if (set === undefined) throw new DialogueSyntaxError(at, forms, `@ ${text}`)
  try {
    new ClientConnection(set)
  } catch (cause) {
    throw new DialogueSyntaxError(at, `a setting that a connection takes (${String(cause)})`, `@ ${text}`, { cause })
  }
  const before = settingsOf(options)
  if (settingsOf(set).some((setting) => before.some((other) => nameOf(other) === nameOf(setting)))) {
    throw new DialogueSyntaxError(at, 'each setting once', `@ ${text}`)
  }
  return {
    ...options,
    ...set,
    ...(set.limits && { limits: { ...options.limits, ...set.limits } }),
    ...(set.timeouts && { timeouts: { ...options.timeouts, ...set.timeouts } }),
  }
}

function settingOf(text: string): ClientConnectionOptions | undefined {
  if (text === 'secure') return { secure: true }
  if (text === 'protocol smtp' || text === 'protocol lmtp')
    return { protocol: text === 'protocol lmtp' ? 'lmtp' : 'smtp' }
  const [, group, name = '', value] = /^(limits|timeouts)\.([A-Za-z]+) (\d{1,12})$/.exec(text) ?? []
  return group === undefined ? undefined : { [group]: { [name]: Number(value) } }
}

/** The `@` lines, without their mark, that set these options. */
export function settingsOf({ protocol, secure, limits = {}, timeouts = {} }: ClientConnectionOptions): string[] {
  return [
    ...(protocol === undefined ? [] : [`protocol ${protocol}`]),
    ...(secure ? ['secure'] : []),
    ...Object.entries(limits).map(([name, value]) => `limits.${name} ${value}`),
    ...Object.entries(timeouts).map(([name, value]) => `timeouts.${name} ${value}`),
  ]
}

function nameOf(setting: string): string {
  return setting.split(' ')[0] ?? ''
}
