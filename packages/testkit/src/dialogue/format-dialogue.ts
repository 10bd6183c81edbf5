import type { Dialogue, Step } from './dialogue.ts'
import { settingsOf } from './settings.ts'

/** A dialogue as text, which `parseDialogue` reads as the same dialogue. */
export function formatDialogue({ title, options, steps }: Dialogue): string {
  const lines = [`# ${title}`, ...settingsOf(options).map((setting) => `@ ${setting}`), ...steps.flatMap(linesOf)]
  return lines.map((line) => `${line}\n`).join('')
}

function linesOf(step: Step): string[] {
  switch (step.type) {
    case 'client':
      return step.lines.map(({ text }) => `C: ${text}`)
    case 'server':
      return step.lines.map(({ text }) => `S: ${text}`)
    case 'queued':
      return [`C+ ${step.line.text}`]
    case 'illegal':
      return [`C! ${step.line.text}`]
    case 'happening':
      return [`! ${step.what}`]
    case 'expectation':
      return [`= ${step.line.text}`]
  }
}
