const longest = 120

/** Controls, invisible format characters, lone surrogates and line separators; the quote and the backslash. */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}'\\]/gu

const named: Readonly<Record<string, string>> = {
  '\r': '\\r',
  '\n': '\\n',
  '\t': '\\t',
  '\0': '\\0',
  '\\': '\\\\',
  "'": "\\'",
}

/**
 * A value as it may be shown in an error: in quotes, unprintable characters escaped, so that the message can't
 * forge a second line in a log, and cut when it is long.
 */
export function escapeForDisplay(value: string): string {
  const shown = value.length > longest ? `${value.slice(0, longest)}…` : value
  return `'${shown.replace(unprintable, (character) => named[character] ?? `\\u{${character.codePointAt(0)?.toString(16)}}`)}'`
}
