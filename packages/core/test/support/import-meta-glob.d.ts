interface ImportMeta {
  /** Vite's, which has to see the arguments as they are written: the matching files' texts by path. */
  glob<T>(pattern: string, options: { query: '?raw'; import: 'default'; eager: true }): Record<string, T>
}
