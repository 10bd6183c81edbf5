import { InvalidArgumentError } from '../errors/index.ts'

const specials = '()<>[]:;@\\,."'

/**
 * Reads the tokens of an address list (RFC 5322 §3.2, and RFC 6532 §3.2 for characters beyond ASCII), one after the
 * other and each character once. Comments and blanks are passed over behind every token.
 */
export class AddressScanner {
  readonly #text: string
  readonly #field: string
  #position = 0
  #entryStart = 0

  /**
   * @param text the field's value, unfolded
   * @param field names it in errors
   */
  constructor(text: string, field: string) {
    this.#text = text
    this.#field = field
    this.#skip()
  }

  get ended(): boolean {
    return this.#position === this.#text.length
  }

  /** What comes is a new entry of the list; errors show the text from here. */
  startEntry(): void {
    this.#entryStart = this.#position
  }

  /** Whether this special comes next. */
  sees(special: string): boolean {
    return this.#text.charAt(this.#position) === special
  }

  /** Takes the special if it comes next. */
  take(special: string): boolean {
    if (!this.sees(special)) return false
    this.#position += 1
    this.#skip()
    return true
  }

  /** An atom or the content of a quoted string, unescaped; `undefined` when neither comes next. */
  takeWord(): string | undefined {
    return this.sees('"') ? this.#quotedString() : this.takeAtom()
  }

  /** An atom; `undefined` when none comes next. It has no dots: they are tokens of their own. */
  takeAtom(): string | undefined {
    const start = this.#position
    while (isAtomCharacter(this.#text.charAt(this.#position))) this.#position += 1
    if (this.#position === start) return undefined
    const atom = this.#text.slice(start, this.#position)
    this.#skip()
    return atom
  }

  /** A domain literal with its brackets, without the blanks that may stand in it (§3.4.1); `undefined` when none comes. */
  takeLiteral(): string | undefined {
    if (!this.sees('[')) return undefined
    const end = this.#text.indexOf(']', this.#position)
    if (end === -1) throw this.error('has an address literal without its closing bracket')
    const literal = this.#text.slice(this.#position, end + 1).replace(/[ \t]/g, '')
    this.#position = end + 1
    this.#skip()
    return literal
  }

  /** Where the entry starts that is being read. */
  get entryStart(): number {
    return this.#entryStart
  }

  /** `start` is that of the entry which the error shows, with what is behind it. */
  error(problem: string, start: number = this.#entryStart): InvalidArgumentError {
    return new InvalidArgumentError(this.#field, problem, this.#text.slice(start))
  }

  #quotedString(): string {
    let content = ''
    let start = this.#position + 1
    for (let i = start; i < this.#text.length; i += 1) {
      const character = this.#text.charAt(i)
      if (character === '"') {
        this.#position = i + 1
        this.#skip()
        return content + this.#text.slice(start, i)
      }
      if (character === '\\') {
        content += this.#text.slice(start, i)
        i += 1
        start = i
      }
    }
    throw this.error('has a quoted string without its closing quote')
  }

  /** Passes over blanks and comments, which nest (§3.2.2); a counter instead of recursion, whatever the depth. */
  #skip(): void {
    let depth = 0
    for (; this.#position < this.#text.length; this.#position += 1) {
      const character = this.#text.charAt(this.#position)
      if (character === '(') depth += 1
      else if (depth === 0 && character !== ' ' && character !== '\t') return
      else if (character === ')') depth -= 1
      else if (character === '\\') this.#position += 1
    }
    if (depth > 0) throw this.error('has a comment without its closing parenthesis')
  }
}

/** An atext (§3.2.3): what is printable and not special. */
function isAtomCharacter(character: string): boolean {
  return character > ' ' && character !== '\x7f' && !specials.includes(character)
}
