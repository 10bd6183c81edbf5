import * as zod from 'zod/mini'

/**
 * What a value must be, in zod's words. zod's own schema is made when a value is checked for the first time: to make all
 * that there are would be a fifth of what importing costs, and few programs need many of them.
 */
export type Schema<Value> = () => Check<Value>

/** As much of zod's schemas as is needed here, so that no declaration leads to zod. */
interface Check<Value> {
  safeParse(
    value: unknown,
  ):
    | { readonly success: true; readonly data: Value }
    | { readonly success: false; readonly error: { readonly issues: readonly Issue[] } }
}

/** Why a value is not taken. */
export interface Issue {
  readonly path: readonly PropertyKey[]
  readonly message: string
  /** The names of fields that are not known, where these are what is wrong. */
  readonly keys?: readonly string[]
}

/** A schema for each field. */
export type Fields = Readonly<Record<string, Schema<unknown>>>

type ValueOf<Of> = Of extends Schema<infer Value> ? Value : never
type OptionalKey<Of> = { [Key in keyof Of]: undefined extends ValueOf<Of[Key]> ? Key : never }[keyof Of]

/** An object with these fields, of which those may be absent that may be `undefined`. */
export type ObjectOf<Of> = { readonly [Key in Exclude<keyof Of, OptionalKey<Of>>]: ValueOf<Of[Key]> } & {
  readonly [Key in OptionalKey<Of>]?: ValueOf<Of[Key]>
}

export function string(message: string): Schema<string> {
  return atFirstUse(() => zod.string(message))
}

export function number(message: string): Schema<number> {
  return atFirstUse(() => zod.number(message))
}

export function boolean(message: string): Schema<boolean> {
  return atFirstUse(() => zod.boolean(message))
}

export function date(message: string): Schema<Date> {
  return atFirstUse(() => zod.date(message))
}

/** Anything; what it may be is checked elsewhere. */
export function unchecked<Value>(): Schema<Value> {
  return atFirstUse(() => zod.unknown())
}

/** What the check takes. */
export function custom<Value>(check: (value: unknown) => boolean, message: string): Schema<Value> {
  return atFirstUse(() => zod.custom<Value>(check, message))
}

/** One of these values. */
export function oneOf<const Value extends string | boolean>(values: readonly Value[], message: string): Schema<Value> {
  return atFirstUse(() => zod.literal(values, message))
}

export function union<Values extends readonly unknown[]>(
  schemas: { readonly [Index in keyof Values]: Schema<Values[Index]> },
  message: string,
): Schema<Values[number]> {
  return atFirstUse(() => zod.union(schemas.map(zodOf), message))
}

export function optional<Value>(schema: Schema<Value>): Schema<Value | undefined> {
  return atFirstUse(() => zod.optional(zodOf(schema)))
}

export function array<Value>(schema: Schema<Value>, message?: string): Schema<Value[]> {
  return atFirstUse(() => zod.array(zodOf(schema), message))
}

/** An object with these fields and no others. */
export function strictObject<Of extends Fields>(fields: Of, message?: string): Schema<ObjectOf<Of>> {
  return atFirstUse(() => {
    const shape = Object.entries(fields).map(([name, schema]) => [name, zodOf(schema)])
    return zod.strictObject(Object.fromEntries(shape), message)
  })
}

/** What is made of a value must be as the schema has it. */
export function made<Value>(make: (value: unknown) => unknown, schema: Schema<Value>): Schema<Value> {
  return atFirstUse(() => zod.pipe(zod.transform(make), zodOf(schema)))
}

function atFirstUse<Value>(make: () => zod.ZodMiniType): Schema<Value> {
  let schema: zod.ZodMiniType | undefined
  return () => {
    schema ??= make()
    return schema as Check<Value>
  }
}

function zodOf(schema: Schema<unknown>): zod.ZodMiniType {
  return schema() as zod.ZodMiniType
}
