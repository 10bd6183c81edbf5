/** What comes next: another challenge in base64, the proof that it is that user, or nothing of the kind. */
export type SaslStep = { readonly challenge: string } | { readonly user: string } | 'refused'
