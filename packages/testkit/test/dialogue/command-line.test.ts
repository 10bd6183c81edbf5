import { type Command, encodeCommand, type LineCommand } from '@sansmtp/core'
import { describe, expect, test } from 'vitest'
import { commandOf } from '../../src/dialogue/command-line.ts'

describe('a client line', () => {
  test.each<[string, Command]>([
    ['ETRN @example.org', { verb: 'ETRN', argument: '@example.org' }],
    ['ETRN', { verb: 'ETRN' }],
    ['XCLIENT NAME=a ADDR=IPV6:::1', { verb: 'XCLIENT', attributes: { NAME: 'a', ADDR: 'IPV6:::1' } }],
    ['XCLIENT', { verb: 'XCLIENT', attributes: {} }],
    ['XFORWARD IDENT=a+2Bb+3D', { verb: 'XFORWARD', attributes: { IDENT: 'a+b=' } }],
  ])('%s is the command that the connection follows', (line, command) => {
    expect(commandOf(line)).toEqual(command)
  })

  test.each(['XCLIENT NAME=a ADDR=IPV6:::1', 'XFORWARD IDENT=a+2Bb+3D SOURCE=LOCAL', 'ETRN #uucp'])(
    '%s goes out as it is written',
    (line) => {
      expect(encodeCommand(commandOf(line) as LineCommand).line).toBe(line)
    },
  )

  test.each([
    ['XCLIENT NAME', 'NAME=value is missing'],
    ['XFORWARD NAME=a  IDENT=b', 'NAME=value is missing'],
    ['XCLIENT NAME=a+', 'that is not xtext'],
    ['XCLIENT NAME=a=b', 'that is not xtext'],
  ])('%s can not be read', (line, problem) => {
    expect(() => commandOf(line)).toThrow(new SyntaxError(problem))
  })
})
