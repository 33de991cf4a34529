// A few overloads of every kind, whose results in PyTorch are recorded so that CI can compare without
// Python (tests/golden/conformance.test.ts). `npm run conformance -- --record` writes them again.

export const sample: readonly string[] = [
  ...['add.Tensor', 'add.Scalar', 'mul_.Tensor', 'div.Tensor_mode', 'pow.Tensor_Scalar', 'clamp'],
  ...['sum.dim_IntList', 'mean', 'amax', 'logsumexp', 'norm.ScalarOpt_dim', 'cumsum'],
  ...['matmul', 'addmm', 'bmm', 'einsum', 'linalg_qr', 'linalg_cholesky', 'linalg_solve'],
  ...['conv1d', 'conv2d', 'max_pool2d', 'upsample_bilinear2d', 'native_layer_norm', 'batch_norm'],
  ...['softmax.int', 'cross_entropy_loss', 'gelu', 'scaled_dot_product_attention', 'lstm.input'],
  ...[
    'embedding',
    'gather',
    'scatter.src',
    'index.Tensor',
    'index_put_',
    'where.self',
    'masked_fill.Scalar',
  ],
  ...[
    'topk',
    'sort',
    'cat',
    'split.Tensor',
    'unique_dim',
    'transpose.int',
    'as_strided',
    'fft_rfft',
  ],
  ...[
    'randn.generator',
    'bernoulli',
    'multinomial',
    'dropout',
    'view_as_real',
    'add.out',
    'topk.values',
  ],
]
