import { OctetBuffer } from './octet-buffer.ts'

// What tests take from Node without importing it. Nothing of it reaches core, whose bundle is searched for such names.
Object.assign(globalThis, {
  Buffer: OctetBuffer,
  setImmediate: (callback: () => void) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      callback()
    }
    port2.postMessage(undefined)
  },
})
