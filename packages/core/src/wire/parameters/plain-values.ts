import { InvalidArgumentError } from '../../errors/index.ts'

/** A parameter without a value: asked for, or not. */
export function flag(asked: boolean, field: string): true | undefined {
  if (typeof asked !== 'boolean') throw new InvalidArgumentError(field, 'must be true or false', String(asked))
  return asked || undefined
}

/** One of a few words. */
export function oneOf(...words: readonly string[]): (word: string, field: string) => string {
  return (word, field) => {
    if (words.includes(word)) return word
    throw new InvalidArgumentError(field, `must be one of ${words.join(', ')}`, String(word))
  }
}

/** A whole number within bounds. */
export function wholeNumber(least: number, most: number): (value: number, field: string) => number {
  return (value, field) => {
    if (Number.isSafeInteger(value) && value >= least && value <= most) return value
    throw new InvalidArgumentError(field, `must be a whole number from ${least} to ${most}`, String(value))
  }
}
