import type { OnTranscript } from '@sansmtp/node'
import { colours } from './colours.ts'
import { printable } from './printable.ts'

/** Prints a dialogue as it happens, `C:` before what the client says and `S:` before what the server says. */
export function dialoguePrinter(): OnTranscript {
  return ({ type, text }) => {
    switch (type) {
      case 'sent':
        return print(colours.cyan('C:'), text)
      case 'content':
        return print(colours.cyan('C:'), `[${text}]`, colours.dim)
      case 'received':
        return print(colours.green('S:'), text, /^[45]/.test(text) ? colours.red : String)
      case 'note':
        return print('  ', `(${text})`, colours.dim)
    }
  }
}

function print(prefix: string, text: string, style: (text: string) => string = String): void {
  const [first = '', ...rest] = text.split('\n').map((line) => style(printable(line)))
  console.log(`${prefix} ${first}`)
  for (const line of rest) console.log(`   ${line}`)
}
