# Writes faiss-files.json: small FAISS indexes as faiss-cpu serialises them, and what it finds in them.
# Run: python record-faiss.py > faiss-files.json
import base64
import json

import faiss
import numpy as np

random = np.random.default_rng(5)
rows = random.standard_normal((40, 7)).astype("float32")
queries = random.standard_normal((3, 7)).astype("float32")
quantizer = faiss.ScalarQuantizer
indexes = {
    "IndexFlatIP": faiss.IndexFlatIP(7),
    "IndexFlatL2": faiss.IndexFlatL2(7),
    "IndexFlat": faiss.IndexFlat(7, faiss.METRIC_INNER_PRODUCT),
    "fp16": faiss.IndexScalarQuantizer(7, quantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT),
    "bf16": faiss.IndexScalarQuantizer(7, quantizer.QT_bf16, faiss.METRIC_INNER_PRODUCT),
    "IndexIDMap": faiss.IndexIDMap(faiss.IndexFlatIP(7)),
}
result = {"madeBy": f"faiss-cpu {faiss.__version__}", "queries": queries.flatten().tolist(), "indexes": {}}
for name, index in indexes.items():
    if name == "IndexIDMap":
        index.add_with_ids(rows, np.arange(40))
    else:
        index.add(rows)
    scores, ids = index.search(queries, 5)
    result["indexes"][name] = {
        "file": base64.b64encode(faiss.serialize_index(index).tobytes()).decode(),
        "ids": ids.tolist(),
        "scores": scores.tolist(),
    }
print(json.dumps(result))
