const program = new URL(import.meta.resolve('@sansmtp/testkit/adapter-suite')).pathname.replace('index.js', 'serve.js')

/** Starts the suite's servers in a process of Node's that ends with this one. Gives the address for `remoteServers`. */
export async function startServers() {
  const { stdin, stdout } = new Deno.Command('node', { args: [program], stdin: 'piped', stdout: 'piped' }).spawn()
  globalThis.addEventListener('unload', () => stdin.close())
  const { value } = await stdout.pipeThrough(new TextDecoderStream()).getReader().read()
  return value.trim()
}
