# Writes faiss-files.json: small FAISS indexes as faiss-cpu serialises them, and what it finds in them.
# Run: python record-faiss.py > faiss-files.json
# With a folder and a seed it writes larger indexes as faiss.write_index does, and says what is in them.
import base64
import json
import os
import sys

import faiss
import numpy as np

folder, seed = (sys.argv[1], int(sys.argv[2])) if len(sys.argv) > 1 else (None, 5)
count, width, asked = (3000, 96, 20) if folder else (40, 7, 3)
random = np.random.default_rng(seed)
rows = random.standard_normal((count, width)).astype("float32")
queries = random.standard_normal((asked, width)).astype("float32")
quantizer = faiss.ScalarQuantizer
indexes = {
    "IndexFlatIP": faiss.IndexFlatIP(width),
    "IndexFlatL2": faiss.IndexFlatL2(width),
    "IndexFlat": faiss.IndexFlat(width, faiss.METRIC_INNER_PRODUCT),
    "fp16": faiss.IndexScalarQuantizer(width, quantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT),
    "bf16": faiss.IndexScalarQuantizer(width, quantizer.QT_bf16, faiss.METRIC_INNER_PRODUCT),
    "IndexIDMap": faiss.IndexIDMap(faiss.IndexFlatIP(width)),
}
result = {"madeBy": f"faiss-cpu {faiss.__version__}", "queries": queries.flatten().tolist(), "indexes": {}}
for name, index in indexes.items():
    if name == "IndexIDMap":
        index.add_with_ids(rows, np.arange(count))
    else:
        index.add(rows)
    scores, ids = index.search(queries, 5)
    if folder:
        file = os.path.join(folder, name)
        faiss.write_index(index, file)
    else:
        file = base64.b64encode(faiss.serialize_index(index).tobytes()).decode()
    result["indexes"][name] = {
        "file": file,
        "ids": ids.tolist(),
        "scores": scores.tolist(),
    }
print(json.dumps(result))
