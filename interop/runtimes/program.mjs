// Carries out the errand of its first argument, for runtimes that run programs.
import { deliver } from './deliver.mjs'

const { adapter, ...errand } = JSON.parse(process.argv[2])
await deliver(await import(adapter), errand)
