"""Verifies what a log serves, from the specifications alone: C2SP signed-note, tlog-checkpoint, tlog-cosignature, tlog-tiles
and tlog-proof, RFC 9162 section 2.1. Usage: verify_tlog.py <folder> <vkey of the log> <vkey of a witness>
The folder holds `checkpoint`, `tile/…`, `proof.tlog-proof` and `entry`. Prints a line for each claim; the first one that is
wrong ends it with exit code 1. Shares no code with verify_cose_receipt.py, so that each can be checked by itself."""
import base64, hashlib, pathlib, subprocess, sys, tempfile

folder, log, witness = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]


def sha(data):
    return hashlib.sha256(data).digest()


def claim(text, holds):
    print(("ok: " if holds else "WRONG: ") + text)
    if not holds:
        sys.exit(1)


def mth(leaves):
    if len(leaves) < 2:
        return leaves[0] if leaves else sha(b"")
    k = 1 << (len(leaves) - 1).bit_length() - 1
    return sha(b"\x01" + mth(leaves[:k]) + mth(leaves[k:]))


def ed25519(public, message, signature):
    with tempfile.TemporaryDirectory() as place:
        key, signed, sig = (pathlib.Path(place) / name for name in ("key", "signed", "sig"))
        key.write_bytes(bytes.fromhex("302a300506032b6570032100") + public)
        signed.write_bytes(message)
        sig.write_bytes(signature)
        words = ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", key, "-rawin", "-in", signed, "-sigfile", sig]
        return subprocess.run(words, capture_output=True).returncode == 0


def signed_by(note, vkey, kind):
    name, key_id, encoded = vkey.split("+", 2)
    key = base64.b64decode(encoded)
    assert key[0] == kind and sha(name.encode() + b"\n" + key)[:4].hex() == key_id
    text, _, lines = note.rpartition("\n\n")
    for line in lines.splitlines():
        dash, signer, signature = line.split(" ")
        raw = base64.b64decode(signature)
        if (dash, signer, raw[:4].hex()) != ("—", name, key_id):
            continue
        body, raw = (text + "\n").encode(), raw[4:]
        if kind == 4:
            body, raw = b"cosignature/v1\ntime %d\n" % int.from_bytes(raw[:8], "big") + body, raw[8:]
        return ed25519(key[1:], body, raw)
    return False


def tile(level, index, width):
    name = f"{index:03}" if index < 1000 else f"x{index // 1000:03}/{index % 1000:03}"
    return (folder / "tile" / str(level) / (name if width == 256 else f"{name}.p/{width}")).read_bytes()


def tiles(level, count):
    return b"".join(tile(level, at, min(256, count - at * 256)) for at in range(-(-count // 256)))


def hashes(data, size=32):
    return [data[at : at + size] for at in range(0, len(data), size)]


note = (folder / "checkpoint").read_text("utf-8")
size, root = int(note.split("\n")[1]), base64.b64decode(note.split("\n")[2])
claim("the log signed the checkpoint", signed_by(note, log, 1))
claim("the witness cosigned it", signed_by(note, witness, 4))
leaves = hashes(tiles(0, size))
claim("the tiles of level 0 have the root", len(leaves) == size and mth(leaves) == root)
full = [mth(leaves[at : at + 256]) for at in range(0, size - size % 256, 256)]
claim("the tiles of level 1 are the roots of the full ones", hashes(tiles(1, len(full))) == full)
entries = [entry for entry in hashes(tiles("entries", size), 34)]
claim("the bundles hold the entries", [sha(b"\x00" + e[2:]) for e in entries if e[:2] == b"\x00\x20"] == leaves)

lines, _, checkpoint = (folder / "proof.tlog-proof").read_text("utf-8").partition("\n\n")
first, index, *path = lines.split("\n")
node, last, hash = int(index.removeprefix("index ")), size - 1, sha(b"\x00" + (folder / "entry").read_bytes())
for sibling in map(base64.b64decode, path):
    while node == last and node % 2 == 0:
        node, last = node >> 1, last >> 1
    hash = sha(b"\x01" + (sibling + hash if node % 2 else hash + sibling))
    node, last = node >> 1, last >> 1
claim("the proof leads to the checkpoint", (first, checkpoint, hash) == ("c2sp.org/tlog-proof@v1", note, root))
