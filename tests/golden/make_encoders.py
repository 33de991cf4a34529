"""Makes the small checkpoints and vectors in fixtures/encoder-*, which encoders.test.ts compares with.

Needs torch 2.13, transformers 5.23 and tokenizers; the versions used are in each expected.json.

    python3 tests/golden/make_encoders.py [names]

Each folder holds a checkpoint as transformers saves it, with random weights and a small tokenizer,
and what transformers computes with it, in fp32 from the stored weights:

    expected.json   texts, pairs          the ids (and types) of each, cut to maxTokens
                    vectors               of the texts, by pooling, before they are normalised
                    scores                of the pairs, (P, L), of a classifier

The texts are in encoder-texts.json: accents, ideographs, control characters, words that are too
long or unknown, special tokens in plain text, nothing at all. With --live FOLDER OUT the script
writes the same about another folder.
"""

import json
import pathlib
import random
import sys

import torch
import transformers
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from tokenizers import trainers
from transformers import PreTrainedTokenizerFast

FIXTURES = pathlib.Path(__file__).parent / 'fixtures'
TEXTS = json.loads((FIXTURES / 'encoder-texts.json').read_text(encoding='utf8'))
MAX_TOKENS = 40
WORDS = (
    'the a of who wrote jaws john williams music is was by in query passage novel film film s paris '
    'capital france what when where how long river nile don t stop u usa 3 14 1975 peter bench ley'
).split()

SHAPE = dict(
    hidden_size=32,
    intermediate_size=48,
    num_hidden_layers=2,
    num_attention_heads=4,
    max_position_embeddings=64,
    initializer_range=0.3,
)


def word_piece_vocabulary():
    letters = 'abcdefghijklmnopqrstuvwxyz0123456789'
    others = 'éüßσςοδ東京都日本語한국어нетпривет'
    marks = '.,!?()[]-:;"\'/&%$#@*+=<>…—«»'
    special = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]']
    tokens = special + list(letters) + ['##' + c for c in letters] + list(others)
    tokens += ['##' + c for c in others] + list(marks) + WORDS + ['##ing', '##ed', '##er', '##s']
    tokens += list('가나다\u1112\u1161\u11ab') + ['##\u1161', '##\u11ab', 'cafe', 'creme']
    return {token: i for i, token in enumerate(dict.fromkeys(tokens))}


def word_piece(lowercase=True, strip_accents=None):
    vocabulary = word_piece_vocabulary()
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token='[UNK]'))
    tokenizer.normalizer = normalizers.BertNormalizer(
        lowercase=lowercase, strip_accents=strip_accents
    )
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    tokenizer.post_processor = processors.TemplateProcessing(
        single='[CLS] $A [SEP]',
        pair='[CLS] $A [SEP] $B:1 [SEP]:1',
        special_tokens=[('[CLS]', vocabulary['[CLS]']), ('[SEP]', vocabulary['[SEP]'])],
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        unk_token='[UNK]',
        pad_token='[PAD]',
        cls_token='[CLS]',
        sep_token='[SEP]',
        mask_token='[MASK]',
        model_max_length=MAX_TOKENS,
    )


SENTENCE_MARKS = dict(
    bos_token='<s>',
    eos_token='</s>',
    sep_token='</s>',
    cls_token='<s>',
    unk_token='<unk>',
    pad_token='<pad>',
    mask_token='<mask>',
    model_max_length=MAX_TOKENS,
)


def corpus():
    random.seed(5)
    for _ in range(400):
        yield ' '.join(random.choices(WORDS, k=12)).capitalize() + '.'
    yield from (text for text in TEXTS['texts'] if '\0' not in text)


def byte_level():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    special = ['<s>', '<pad>', '</s>', '<unk>', '<mask>']
    trainer = trainers.BpeTrainer(
        vocab_size=420,
        special_tokens=special,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(corpus(), trainer)
    tokenizer.post_processor = processors.RobertaProcessing(('</s>', 2), ('<s>', 0))
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, **SENTENCE_MARKS)


def unigram():
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Replace('  ', ' ')]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()]
    )
    tokenizer.decoder = decoders.Metaspace()
    trainer = trainers.UnigramTrainer(
        vocab_size=300,
        special_tokens=['<s>', '<pad>', '</s>', '<unk>', '<mask>'],
        unk_token='<unk>',
        show_progress=False,
    )
    tokenizer.train_from_iterator(corpus(), trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single='<s> $A </s>',
        pair='<s> $A </s> </s> $B </s>',
        special_tokens=[('<s>', 0), ('</s>', 2)],
    )
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, **SENTENCE_MARKS)


ROBERTA = dict(pad_token_id=1, bos_token_id=0, eos_token_id=2, layer_norm_eps=1e-5)
DISTILBERT = dict(
    dim=32,
    hidden_dim=48,
    n_layers=2,
    n_heads=4,
    max_position_embeddings=64,
    initializer_range=0.3,
)

# name -> (model's class, config, tokenizer, how it is stored, size of a shard)
CHECKPOINTS = {
    'bert-f32': ('BertModel', SHAPE, word_piece, torch.float32, '1GB'),
    'bert-cased-bf16-shards': (
        'BertModel',
        dict(SHAPE, hidden_act='gelu_new', type_vocab_size=1, layer_norm_eps=1e-6),
        lambda: word_piece(lowercase=False),
        torch.bfloat16,
        '20KB',
    ),
    'bert-masked-f16': (
        'BertForMaskedLM',
        dict(SHAPE, hidden_act='relu', num_hidden_layers=1),
        lambda: word_piece(strip_accents=False),
        torch.float16,
        '1GB',
    ),
    'bert-reranker-f32': (
        'BertForSequenceClassification',
        dict(SHAPE, num_labels=1),
        word_piece,
        torch.float32,
        '1GB',
    ),
    'roberta-classifier-f32': (
        'RobertaForSequenceClassification',
        dict(SHAPE, num_labels=3, type_vocab_size=1, **ROBERTA),
        byte_level,
        torch.float32,
        '1GB',
    ),
    'xlm-roberta-f32': (
        'XLMRobertaModel',
        dict(SHAPE, type_vocab_size=1, **ROBERTA),
        unigram,
        torch.float32,
        '1GB',
    ),
    'distilbert-f32': ('DistilBertModel', DISTILBERT, word_piece, torch.float32, '1GB'),
    'distilbert-classifier-f32': (
        'DistilBertForSequenceClassification',
        dict(DISTILBERT, num_labels=2),
        word_piece,
        torch.float32,
        '1GB',
    ),
}


def describe(folder):
    """What transformers makes of the texts and pairs, from the folder alone."""
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    config = transformers.AutoConfig.from_pretrained(folder)
    is_classifier = config.architectures[0].endswith('ForSequenceClassification')
    kind = transformers.AutoModelForSequenceClassification if is_classifier else transformers.AutoModel
    model = kind.from_pretrained(folder, dtype=torch.float32).eval()
    cut = dict(truncation=True, max_length=min(tokenizer.model_max_length, 512))
    texts = [tokenizer(text, **cut)['input_ids'] for text in TEXTS['texts']]
    pairs = pairs_of(tokenizer, cut)
    result = dict(
        versions=dict(torch=torch.__version__, transformers=transformers.__version__),
        maxTokens=cut['max_length'],
        texts=texts,
        pairs=pairs,
    )
    base = getattr(model, model.base_model_prefix, model) if is_classifier else model
    vectors = dict(mean=[], cls=[], last=[], max=[])
    with torch.no_grad():
        for ids in texts:
            states = base(torch.tensor([ids])).last_hidden_state[0]
            vectors['mean'].append(states.mean(0))
            vectors['cls'].append(states[0])
            vectors['last'].append(states[-1])
            vectors['max'].append(states.max(0).values)
        if is_classifier:
            types = getattr(config, 'type_vocab_size', 0) > 1
            result['scores'] = [
                rounded(
                    model(
                        torch.tensor([pair['ids']]),
                        **(dict(token_type_ids=torch.tensor([pair['types']])) if types else {}),
                    ).logits[0]
                )
                for pair in pairs
            ]
    result['vectors'] = {name: [rounded(v) for v in rows] for name, rows in vectors.items()}
    return result


# As a batch, as rerankers do it: a single pair with an empty second text would be a single text.
def pairs_of(tokenizer, cut):
    first, second = zip(*TEXTS['pairs'])
    made = tokenizer(list(first), list(second), return_token_type_ids=True, **cut)
    return [
        dict(ids=ids, types=types)
        for ids, types in zip(made['input_ids'], made['token_type_ids'])
    ]


def rounded(vector):
    return [float(f'{x:.7g}') for x in vector.tolist()]


def make(name):
    kind, config, tokenizer_of, dtype, shard = CHECKPOINTS[name]
    torch.manual_seed(len(name))
    folder = FIXTURES / f'encoder-{name}'
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = tokenizer_of()
    model_class = getattr(transformers, kind)
    model = model_class(model_class.config_class(vocab_size=len(tokenizer), **config))
    with torch.no_grad():
        for parameter in model.parameters():  # biases and norms too, which start at 0 and 1
            if parameter.dim() == 1:
                parameter.add_(torch.randn_like(parameter) * 0.2)
    model.to(dtype).save_pretrained(folder, max_shard_size=shard)
    tokenizer.save_pretrained(folder)
    write(folder / 'expected.json', describe(folder))
    print(name, sum(file.stat().st_size for file in folder.iterdir()), 'bytes')


def write(path, content):
    text = json.dumps(content, ensure_ascii=False, separators=(',', ':'))
    path.write_text(text + '\n', encoding='utf8')


def make_vocabulary_folder():
    """The weights of bert-f32 with vocab.txt alone, and what transformers' slow files give."""
    folder = FIXTURES / 'encoder-vocab-txt'
    folder.mkdir(parents=True, exist_ok=True)
    (folder / 'vocab.txt').write_text('\n'.join(word_piece_vocabulary()) + '\n', encoding='utf8')
    settings = dict(tokenizer_class='BertTokenizer', do_lower_case=True, model_max_length=MAX_TOKENS)
    write(folder / 'tokenizer_config.json', settings)
    tokenizer = transformers.BertTokenizer.from_pretrained(folder)
    cut = dict(truncation=True, max_length=MAX_TOKENS)
    write(
        folder / 'expected.json',
        dict(
            maxTokens=MAX_TOKENS,
            texts=[tokenizer(text, **cut)['input_ids'] for text in TEXTS['texts']],
            pairs=pairs_of(tokenizer, cut),
        ),
    )


if __name__ == '__main__':
    torch.set_num_threads(1)
    if sys.argv[1:2] == ['--live']:
        write(pathlib.Path(sys.argv[3]), describe(sys.argv[2]))
    else:
        for name in sys.argv[1:] or CHECKPOINTS:
            make(name)
        if not sys.argv[1:]:
            make_vocabulary_folder()
