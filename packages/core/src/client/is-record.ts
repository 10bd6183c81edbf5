/**
 * Whether a value is an object with fields, and no array, `Map`, date or the like. In place of `z.record`, which would be
 * a tenth of all that is bundled of zod.
 */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return Object.prototype.toString.call(value) === '[object Object]'
}
