export * from './connection/index.ts'
export * from './errors/index.ts'
export * from './session/index.ts'
export * from './wire/index.ts'
