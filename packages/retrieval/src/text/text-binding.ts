/** What native/addon/retrieval/text_addon.cc exports. */
export interface TextBinding {
  /** Canonical JSON of an analyser: equal specs analyse equally. */
  analyzerSpec(nameOrJson: string): string
  analyze(nameOrJson: string, texts: readonly string[]): string[][]
}
