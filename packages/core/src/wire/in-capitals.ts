/**
 * A keyword or verb, which have no case, with its US-ASCII letters in capitals. Others stay: `toUpperCase` would take
 * `ſ` for S and `ı` for I, and so make a keyword of what is none.
 */
export function inCapitals(text: string): string {
  // Most are in capitals already.
  return /[a-z]/.test(text) ? text.replace(/[a-z]+/g, (letters) => letters.toUpperCase()) : text
}
