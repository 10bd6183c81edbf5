import { InvalidArgumentError } from '@sansmtp/core'
import { expect } from 'vitest'

/** The error with which a call refuses its argument. */
export function thrownBy(call: () => unknown): InvalidArgumentError {
  let thrown: unknown
  try {
    call()
  } catch (error) {
    thrown = error
  }
  expect(thrown).toBeInstanceOf(InvalidArgumentError)
  return thrown as InvalidArgumentError
}
