import type { ServerConnectionOptions } from '@sansmtp/testkit'
import { describe, expect, test } from 'vitest'
import { Conversation } from './conversation.ts'

export interface DialogueStep {
  /** What the client sends, each line by itself, or all in one piece. */
  readonly client: readonly string[]
  readonly together?: true
  /** The codes of the replies. */
  readonly codes: readonly number[]
}

export interface DialogueExample extends ServerConnectionOptions {
  readonly title: string
  readonly steps: readonly DialogueStep[]
  /** The contents and whom they are for. */
  readonly messages: readonly (readonly [content: string, ...recipients: string[]])[]
}

/** Each is a test: it runs, and nothing is held against the client. */
export function runExamples(examples: readonly DialogueExample[]): void {
  describe.each(examples)('$title', ({ steps, messages, title, ...options }) => {
    test('runs, and nothing is held against the client', () => {
      const conversation = new Conversation(options)
      expect(conversation.greeting).toMatch(/^220 /)
      for (const { client, codes, together } of steps) {
        const lines = together ? conversation.together(...client) : conversation.say(...client)
        expect(lines.filter((line) => line[3] === ' ').map((line) => Number(line.slice(0, 3)))).toEqual(codes)
      }
      conversation.eof()
      expect(conversation.violations).toEqual([])
      expect(
        conversation.server.messages.map(({ content, recipients }) => [String.fromCharCode(...content), ...recipients]),
      ).toEqual(messages)
      expect(conversation.types.slice(-2)).toEqual(['CloseRequested', 'Closed'])
    })
  })
}
