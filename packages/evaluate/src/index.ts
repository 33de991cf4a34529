export { type Comparison, type ComparisonRow, comparison, comparisonTable } from './comparison.js'
export { type EvaluateOptions, type Evaluation, evaluate } from './evaluate.js'
export { PUBLISHED, PUBLISHED_SOURCE, type PublishedRow } from './published.js'
export { randomPassages } from './random-passages.js'
export {
  type RankingMetric,
  type RankingMetrics,
  type RankingOptions,
  rankingMetrics,
} from './ranking-metrics.js'
export { combineSeeds, type IntervalKind, type SeedSummary } from './seeds.js'
export {
  formatRun,
  type Judgments,
  parseQrels,
  parseRun,
  type Qrels,
  type RankedDocument,
  type Run,
} from './trec.js'
export { type Proportion, wilson } from './wilson.js'
