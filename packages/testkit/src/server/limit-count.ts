/** What a session has used of the limits of RFC 9422 §4. */
export class LimitCount {
  /** MAIL commands, whether they succeeded or not. */
  mails = 0
  readonly #domains = new Set<string>()

  /** Different domains of recipients, whether they were accepted or not. */
  get domains(): number {
    return this.#domains.size
  }

  hasDomainOf(path: string): boolean {
    return this.#domains.has(domainOf(path))
  }

  addDomainOf(path: string): void {
    // Postmaster alone has none.
    if (path.includes('@')) this.#domains.add(domainOf(path))
  }
}

function domainOf(path: string): string {
  return path.slice(path.lastIndexOf('@') + 1).toLowerCase()
}
