/** In place of Node's, by the browser's own parser. */
export function domainToASCII(domain: string): string {
  const link = document.createElement('a')
  link.href = `http://${domain}`
  return link.hostname
}
