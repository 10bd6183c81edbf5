import fc from 'fast-check'
import { expect, test } from 'vitest'
import { WaitingLine } from '../../../src/client/pool/waiting-line.ts'

test('is as an array is, with items pushed, unshifted, shifted and removed in any order', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constantFrom('push', 'unshift'), item: fc.nat(30) }),
    fc.record({ kind: fc.constantFrom('remove', 'shift', 'shift'), item: fc.nat(30) }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const line = new WaitingLine<{ readonly item: number }>()
      const model: { readonly item: number }[] = []
      for (const { kind, item } of steps) {
        const made = { item }
        if (kind === 'push') {
          line.push(made)
          model.push(made)
        } else if (kind === 'unshift') {
          line.unshift(made)
          model.unshift(made)
        } else if (kind === 'shift') {
          expect(line.shift()).toBe(model.shift())
        } else {
          const found = model.find((each) => each.item === item) ?? made
          const at = model.indexOf(found)
          expect(line.remove(found)).toBe(at !== -1)
          if (at !== -1) model.splice(at, 1)
        }
        expect(line.length).toBe(model.length)
      }
      while (model.length > 0) expect(line.shift()).toBe(model.shift())
      expect(line.shift()).toBeUndefined()
    }),
  )
})
