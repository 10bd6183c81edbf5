export { envelopeFromHeader, type GivenEnvelope, type HeaderEnvelope } from './envelope-from-header.ts'
export type { Header, HeaderField } from './header.ts'
export { HeaderReader, type SplitMessage } from './header-reader.ts'
