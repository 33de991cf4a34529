import type { SuiteDescription } from '../result.js'

export const caseNames = {
  short: '6k short passages',
  smaller: '200k passages',
  large: '1M passages',
  real: '1M real passages',
  larger: '5M passages',
  vectors: '1M vectors',
  server: 'HTTP /retrieve',
} as const

export const description: SuiteDescription = {
  summary: 'BM25, vectors and the search server, against bm25s, Lucene, MiniSearch, FAISS, FastAPI',
  cases: [
    { name: caseNames.short, summary: 'what a training step of the quickstart asks, top 3' },
    { name: caseNames.smaller, summary: "100 words each as in wiki-18, Zipf's law, top 10" },
    { name: caseNames.large, summary: 'the same, five times as many (1.3 GB of files)' },
    { name: caseNames.real, summary: "real sentences, NQ's questions; needs QUERL_TEST_DATA" },
    { name: caseNames.larger, summary: 'ours alone: memory, size, and how time grows (6.6 GB)' },
    {
      name: caseNames.vectors,
      summary: 'exact inner products, 768 numbers each (3 GB, 8 GB memory)',
    },
    { name: caseNames.server, summary: '64 clients for a minute over the 1M index' },
  ],
}
