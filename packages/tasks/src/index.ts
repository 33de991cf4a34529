export type { Example, Passage, Retriever } from './example.js'
