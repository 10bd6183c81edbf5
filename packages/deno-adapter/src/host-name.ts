/** The machine's name, where the program may ask for it (`--allow-sys=hostname`). Nobody is prompted for leave. */
export function hostName(): string | undefined {
  const { state } = Deno.permissions.querySync({ name: 'sys', kind: 'hostname' })
  return state === 'granted' ? Deno.hostname() : undefined
}
