export * as arbitraries from './arbitraries/index.ts'
export { byteByByte, type Chunks, chunkings, everySplit, joined } from './chunkings.ts'
export * from './dialogue/index.ts'
