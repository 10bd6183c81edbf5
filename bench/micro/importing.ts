// Prints how many milliseconds after the start of the process the modules are imported.
const [label = '', ...modules] = process.argv.slice(2)
for (const name of modules) await import(name)
console.log(JSON.stringify({ [label]: performance.now() }))
