import type { Capabilities } from '../capabilities.ts'
import type { MailParameterOptions } from './mail-options.ts'
import { parameterExtensions } from './parameter-extension.ts'
import {
  type EncodingContext,
  mailParameterTable,
  type ParameterRow,
  type ParameterTable,
  rcptParameterTable,
} from './parameter-table.ts'
import type { RcptParameterOptions } from './rcpt-options.ts'

/** A parameter that the caller asks for. */
export interface RequestedParameter {
  readonly keyword: string
  readonly value: string | number | true
  /** The extensions that it belongs to, if this library knows them: one of them must be offered. */
  readonly extensions: readonly [string, ...string[]] | undefined
  /** What asked for it, such as `to[1].notify`. */
  readonly field: string
  /** Throws an {@link InvalidArgumentError} when the server has said that it does not take this value. */
  checkLimit(capabilities: Capabilities): void
}

/**
 * What the options ask for, in the order of the table.
 *
 * @throws {InvalidArgumentError} which names the field
 */
export function encodeMailOptions(
  options: MailParameterOptions,
  context: EncodingContext,
): readonly RequestedParameter[] {
  return encodeOptions(mailParameterTable, options, '', context)
}

/**
 * What a recipient's options ask for.
 *
 * @param field names the recipient in errors, such as `to[1]`
 * @throws {InvalidArgumentError} which names the field
 */
export function encodeRcptOptions(
  options: RcptParameterOptions,
  field: string,
  context: EncodingContext,
): readonly RequestedParameter[] {
  return encodeOptions(rcptParameterTable, options, `${field}.`, context)
}

function encodeOptions<Options extends object>(
  table: ParameterTable<Options>,
  options: Options,
  prefix: string,
  context: EncodingContext,
): readonly RequestedParameter[] {
  const requested: RequestedParameter[] = []
  if (Object.keys(options).length === 0) return requested
  for (const [name, row] of Object.entries<ParameterRow<never, Options>>(table)) {
    const given = options[name as keyof Options] as never
    if (given === undefined) continue
    const field = prefix + name
    const value = row.encode(given, field, context)
    row.checkBeside?.(given, options, field)
    if (value === undefined) continue
    const { keyword } = row
    const checkLimit = (capabilities: Capabilities) => row.checkLimit?.(given, field, capabilities)
    requested.push({ keyword, value, extensions: parameterExtensions(keyword, value), field, checkLimit })
  }
  return requested
}
