/** What is waited for will never happen, or time does not go on. */
export class StuckError extends Error {
  override readonly name = 'StuckError'
}
