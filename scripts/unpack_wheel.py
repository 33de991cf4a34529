"""Unpacks what querl needs of one wheel.

usage: unpack_wheel.py WHEEL FOLDER [libtorch | toolkit]

libtorch: headers, three libraries (or two of CUDA's), licences.
toolkit: a folder with bin/nvcc that compiles and links, from NVIDIA's wheels for CUDA 13.

Prints "DONE of TOTAL" in bytes as it goes. zipfile checks the CRC of each member that it reads.
"""

import pathlib
import re
import shutil
import sys
import zipfile

LICENCES = [
    (re.compile(r"([A-Za-z0-9_]+)-[^/]+\.dist-info/licenses/(.+)"), r"licenses/\1/\2"),
    (re.compile(r"([A-Za-z0-9_]+)-[^/]+\.dist-info/((?:LICENSE|License|NOTICE)[^/]*)"), r"licenses/\1/\2"),
]

# Member of the wheel -> place in FOLDER. Nothing else is taken, and no name is used as it comes.
WANTED = {
    "libtorch": [
        (re.compile(r"torch/(include/.+)"), r"\1"),
        (re.compile(r"torch/(lib/(?:libtorch_cpu\.so|libc10\.so|libgomp\.so\.1))"), r"\1"),
        (re.compile(r"nvidia/cu13/(lib/(?:libcudart|libcupti)\.so\.13)"), r"\1"),
        *LICENCES,
    ],
    # Without libnvvm (63 MB): nvcc calls cicc, which has its own copy.
    "toolkit": [
        (re.compile(r"nvidia/cu13/((?:bin|include|nvvm)/.+)"), r"\1"),
        (re.compile(r"nvidia/cu13/(lib/libcuda(?:rt|devrt)[^/]*)"), r"\1"),
        *LICENCES,
    ],
}


def place(name, wanted):
    for pattern, target in wanted:
        match = pattern.fullmatch(name)
        if match and ".." not in name.split("/"):
            return match.expand(target)
    return None


def main(wheel, folder, layout="libtorch"):
    with zipfile.ZipFile(wheel) as archive:
        members = [(info, place(info.filename, WANTED[layout])) for info in archive.infolist() if not info.is_dir()]
        members = [(info, target) for info, target in members if target is not None]
        total = sum(info.file_size for info, _ in members)
        done = 0
        for index, (info, target) in enumerate(members):
            path = pathlib.Path(folder, target)
            path.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(info) as source, open(path, "wb") as sink:
                shutil.copyfileobj(source, sink, 1 << 20)
            if info.external_attr >> 16 & 0o100:
                path.chmod(0o755)
            done += info.file_size
            if index % 200 == 0 or info.file_size > 1 << 24:
                print(f"{done} of {total}", flush=True)


main(*sys.argv[1:])
