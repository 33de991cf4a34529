import { stat } from 'node:fs/promises'
import { QuerlError } from '@querl/base'
import { CrossEncoder, type ModelDtype, TextEmbedder, type TextEmbedderOptions } from '@querl/lm'
import {
  type Bm25Filter,
  Bm25Index,
  type Bm25Options,
  type Bm25Scoring,
  DenseRetriever,
  DeviceVectorIndex,
  type DocumentKeys,
  DocumentStore,
  fuse,
  IndexedRetriever,
  type Passage,
  PassageRetriever,
  type PassageSource,
  type Reranker,
  type Retriever,
  readDocuments,
  rerank,
  VectorIndex,
  type VectorSearcher,
} from '@querl/retrieval'
import { readPassages } from '@querl/tasks'

/** What `querl serve` is asked to search, as its options say. */
export interface Wanted {
  /** An index folder, or a file of passages: searched by BM25. */
  readonly path: string | undefined
  /** In place of an index's own, or of the defaults. */
  readonly scoring: Bm25Scoring
  /** Of an index made in memory. */
  readonly analysis: Pick<Bm25Options, 'preset' | 'analyzer'>
  /** Of a file of passages. */
  readonly rows: DocumentKeys
  /** Files of vectors, whose rows follow each other: searched by what an encoder makes of a query. */
  readonly dense: readonly string[] | undefined
  readonly encoder: string | undefined
  readonly encoderPreset: TextEmbedderOptions['preset']
  /** An index folder, or a file of passages, which only the vectors are searched of. */
  readonly passages: string | undefined
  /** Where vectors are searched: `cpu`, or `cuda:0`. */
  readonly device: string | undefined
  /** Of encoder and reranker. */
  readonly dtype: ModelDtype
  readonly threads: number | undefined
  readonly fusion: 'rrf' | 'weighted'
  /** Of BM25 and vectors, in this order. */
  readonly weights: readonly number[] | undefined
  /** Passages of each retriever that are fused. */
  readonly candidates: number | undefined
  readonly reranker: string | undefined
  /** Passages that the reranker judges. */
  readonly rerankCandidates: number | undefined
}

/** A retriever with all that it stands on. */
export interface Searched extends Disposable {
  readonly retriever: Retriever
  readonly reranker: Reranker | undefined
  /** What is searched, and how. Plain JSON. */
  readonly info: Readonly<Record<string, unknown>>
}

/**
 * Opens or builds what is asked for.
 *
 * @throws {QuerlError} ERR_QUERL_ARGUMENT for options that do not go together; what opening throws
 */
export async function openSearched(wanted: Wanted): Promise<Searched> {
  checkTogether(wanted)
  const held: Disposable[] = []
  const dispose = () => {
    for (const each of held.splice(0).reverse()) each[Symbol.dispose]()
  }
  const hold = <T extends Disposable>(each: T): T => {
    held.push(each)
    return each
  }
  try {
    return { ...(await assemble(wanted, hold)), [Symbol.dispose]: dispose }
  } catch (error) {
    dispose()
    throw error
  }
}

type Hold = <T extends Disposable>(each: T) => T

async function assemble(wanted: Wanted, hold: Hold): Promise<Omit<Searched, keyof Disposable>> {
  const words = wanted.path === undefined ? undefined : await openBm25(wanted.path, wanted, hold)
  const dense = wanted.dense === undefined ? undefined : await openDense(wanted, words, hold)
  const members = [words?.retriever, dense?.retriever].filter((each) => each !== undefined)
  const { weights, candidates } = wanted
  const fused =
    members.length > 1
      ? fuse(members, {
          method: wanted.fusion === 'weighted' ? 'sum' : 'rrf',
          ...(weights && { weights }),
          ...(candidates !== undefined && { candidates }),
        })
      : members[0]!
  const info = {
    ...(words && { bm25: words.info }),
    ...(dense && { dense: dense.info }),
    ...(members.length > 1 && {
      fusion: { method: wanted.fusion, weights: weights ?? [1, 1], candidates: candidates ?? 100 },
    }),
  }
  if (wanted.reranker === undefined) return { retriever: fused, reranker: undefined, info }
  const { dtype, threads, rerankCandidates = 50 } = wanted
  const reranker = hold(await CrossEncoder.load(wanted.reranker, { dtype, threads }))
  if (reranker.labels !== 1)
    throw new QuerlError(
      'ERR_QUERL_MODEL',
      `${wanted.reranker} gives a pair ${reranker.labels} numbers, and a reranker gives one.`,
    )
  return {
    retriever: rerank(fused, reranker, { candidates: rerankCandidates }),
    reranker,
    info: { ...info, reranker: { model: wanted.reranker, dtype, candidates: rerankCandidates } },
  }
}

interface Passages {
  readonly documents: PassageSource | readonly Passage[]
  /** How many there are, deleted ones among them: row i of their vectors is of passage i. */
  readonly size: number
  /** Those that are not deleted; absent where none is. */
  readonly live?: Bm25Filter | undefined
}

interface Words extends Passages {
  readonly retriever: Retriever
  readonly info: unknown
}

/** An index folder as it lies, or a file of passages, indexed in memory. */
async function openBm25(path: string, wanted: Wanted, hold: Hold): Promise<Words> {
  const { analysis, scoring, rows } = wanted
  if (!(await isFolder(path))) {
    const passages = await passagesOf(path, rows)
    const retriever = hold(await PassageRetriever.build(passages, { ...analysis, ...scoring }))
    const { info } = retriever.index
    return { retriever, documents: passages, size: passages.length, info }
  }
  if (isAny(analysis))
    throw new QuerlError(
      'ERR_QUERL_ARGUMENT',
      `--preset and --analyzer are for an index made in memory; ${path} has its own.`,
      { remedy: 'Leave them out, or build another: querl index build.' },
    )
  checkNoRows(path, rows)
  const retriever = hold(await IndexedRetriever.open(path, scoring))
  const { documents, info, index } = retriever
  return { retriever, documents, size: info.added, live: await liveOf(index), info }
}

/** Deleted documents leave gaps, also after a merge has dropped them. */
async function liveOf(index: Bm25Index): Promise<Bm25Filter | undefined> {
  return index.info.documents < index.info.added ? index.live() : undefined
}

/** Vectors, with the encoder for queries and the passages that they are of. */
async function openDense(wanted: Wanted, words: Words | undefined, hold: Hold) {
  const { encoder, encoderPreset: preset, dtype, threads, device = 'cpu' } = wanted
  const paths = wanted.dense!
  const vectors = hold(await VectorIndex.open(paths, { ...(threads !== undefined && { threads }) }))
  const passages = words ?? (await openPassages(wanted.passages!, wanted, hold))
  const { documents, live: filter } = passages
  checkRows(paths, vectors.size, (wanted.path ?? wanted.passages)!, passages)
  const searcher: VectorSearcher =
    device === 'cpu'
      ? {
          dimensions: vectors.dimensions,
          search: (queries, options) => vectors.search(queries, { ...options, threads, filter }),
        }
      : hold(await DeviceVectorIndex.build(vectors, { device: device as 'cuda', filter }))
  const embedder = hold(await TextEmbedder.load(encoder!, { preset, dtype, threads }))
  return {
    retriever: new DenseRetriever({ index: searcher, embedder, documents }),
    info: {
      ...vectors.info,
      ...(filter && { live: filter.size }),
      paths,
      device,
      encoder: { model: encoder, dtype, ...embedder.settings },
    },
  }
}

/** @throws {QuerlError} ERR_QUERL_ARGUMENT where row i cannot be the vector of passage i */
function checkRows(
  paths: readonly string[],
  rows: number,
  of: string,
  { size, live }: Passages,
): void {
  if (rows === size) return
  const [first] = paths
  const have = paths.length === 1 ? `${first} has` : `${first} … ${paths.at(-1)} together have`
  const gone = live ? size - live.size : 0
  throw new QuerlError(
    'ERR_QUERL_ARGUMENT',
    gone === 0
      ? `${have} ${rows} vectors, but there are ${size} passages.`
      : `${have} ${rows} vectors, but ${of} has had ${size} passages, of which ${gone} were ` +
          'deleted: each row has to be the vector of a passage in the order in which they were added.',
    {
      remedy:
        gone === 0
          ? 'Make the vectors of these passages: querl embed.'
          : 'Make the vectors of all that were ever added, of the same files in the same order: ' +
            'querl embed. Or build the index again, of those that are left.',
    },
  )
}

async function openPassages(path: string, { rows }: Wanted, hold: Hold): Promise<Passages> {
  if (!(await isFolder(path))) {
    const documents = await passagesOf(path, rows)
    return { documents, size: documents.length }
  }
  checkNoRows(path, rows)
  const documents = hold(await DocumentStore.open(path))
  using index = await Bm25Index.open(path)
  return { documents, size: index.info.added, live: await liveOf(index) }
}

async function passagesOf(path: string, keys: DocumentKeys): Promise<Passage[]> {
  if (/\.json(\.gz)?$/.test(path)) {
    checkNoRows(path, keys)
    return readPassages(path) // an array rather than lines
  }
  const passages: Passage[] = []
  for await (const { id = String(passages.length), title, text } of readDocuments(path, { keys }))
    passages.push({ id, title, text })
  return passages
}

function checkNoRows(path: string, rows: DocumentKeys): void {
  if (!isAny(rows)) return
  throw new QuerlError(
    'ERR_QUERL_ARGUMENT',
    `--id, --title and --text are for passages in JSON lines or Parquet, and ${path} is neither.`,
    { remedy: 'Leave them out.' },
  )
}

/** Whether any option of a group was given. */
function isAny(options: object): boolean {
  return Object.values(options).some((value) => value !== undefined)
}

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new QuerlError('ERR_QUERL_IO', `${path} cannot be read.`, {
      remedy: 'Give the folder of an index, or a file of passages (JSON lines or Parquet).',
      cause,
    })
  })
  return found.isDirectory()
}

function checkTogether(wanted: Wanted): void {
  const { path, dense, encoder, passages } = wanted
  const no = (message: string, remedy: string) => {
    throw new QuerlError('ERR_QUERL_ARGUMENT', message, { remedy })
  }
  if (path === undefined && dense === undefined)
    no('There is nothing to search.', 'Give an index folder, a file of passages, or --dense.')
  if (dense !== undefined && encoder === undefined)
    no('--dense needs an encoder for the queries.', 'Give --encoder <folder>.')
  if (dense === undefined && encoder !== undefined)
    no('--encoder needs vectors to search.', 'Give --dense <file>; querl embed makes one.')
  if (path === undefined && passages === undefined)
    no('--dense alone needs the passages.', 'Give --passages <index folder | passages.jsonl>.')
  if (path !== undefined && passages !== undefined)
    no(`--passages is for --dense alone; ${path} has the passages.`, 'Leave one of them out.')
  if (path === undefined && isAny({ ...wanted.analysis, ...wanted.scoring }))
    no(
      '--preset, --analyzer, --variant, --k1, --b and --delta are for BM25.',
      'Leave them out, or give the passages as an argument, without --passages.',
    )
  if (path === undefined || dense === undefined) {
    if (wanted.weights !== undefined || wanted.candidates !== undefined)
      no('--weights and --candidates are for BM25 and vectors together.', 'Give both.')
  }
}
